"""The limits of signing in that are no settings, read once from their file, each with its source."""

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

from authz.qualifying.qualification_rules import Period
from database import plain_yaml


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, Period]:
    """The limits by name: ``first_password_days``."""
    file = resources.files(__package__).joinpath("sign_in_rules.yaml")
    said: dict[str, dict[str, Any]] = plain_yaml.load(file.read_text(encoding="utf-8"))
    return {name: Period(**one) for name, one in said.items()}


def first_password_days() -> int:
    """After so many days a first password that its owner didn't change counts no more."""
    return shipped()["first_password_days"].value
