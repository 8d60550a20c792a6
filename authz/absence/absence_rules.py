"""The limits of absences, read once from their file, each with its source."""

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

from authz.qualifying.qualification_rules import Period
from database import plain_yaml


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, Period]:
    """The limits by name: ``pause_minutes``, ``leave_days``, ``widen_after_minutes``."""
    file = resources.files(__package__).joinpath("absence_rules.yaml")
    said: dict[str, dict[str, Any]] = plain_yaml.load(file.read_text(encoding="utf-8"))
    return {name: Period(**one) for name, one in said.items()}


def pause_minutes() -> int:
    """After so many minutes whoever left his desk counts as absent."""
    return shipped()["pause_minutes"].value


def leave_days() -> int:
    """A leave lasts so many days at most."""
    return shipped()["leave_days"].value


def widen_after_minutes() -> int:
    """After so many minutes unclaimed a level-2 review is offered wider (``authz.widening``)."""
    return shipped()["widen_after_minutes"].value
