"""The periods and subjects of qualifications, read once from their file, each with its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from authz.offices.posts import POSTS
from authz.qualifying.qualification_record import TRAINING
from database import plain_yaml
from database.refusals import InvariantBroken


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time (its unit is in the name), where it is from, and whether somebody compared it."""

    value: int
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject of training in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class QualificationRules:
    """What the shipped file says; it explains its own members."""

    subjects: Mapping[str, Subject]
    trained_posts: tuple[str, ...]
    refresher_months: Period
    refresher_warning_days: Period
    transition_days: Period
    rotation_years: Period
    rotation_posts: tuple[str, ...]


@lru_cache(maxsize=1)
def shipped() -> QualificationRules:
    """The rules. Raises InvariantBroken where the shipped file is wrong."""
    file = resources.files(__package__).joinpath("qualification_rules.yaml")
    said: dict[str, Any] = plain_yaml.load(file.read_text(encoding="utf-8"))
    unknown = {*said["trained_posts"], *said["rotation_posts"]} - POSTS.keys()
    if unknown:
        raise InvariantBroken(f"qualification_rules.yaml: no such posts: {sorted(unknown)}")
    periods = {name: Period(**one) for name, one in said.items() if "value" in one}
    return QualificationRules(
        subjects={code: Subject(**names) for code, names in said["subjects"].items()},
        trained_posts=tuple(said["trained_posts"]),
        rotation_posts=tuple(said["rotation_posts"]),
        **periods,
    )


def named(kind: str, subject: str) -> Subject:
    """What a training's subject or a certificate is called; certificates are called as they were entered."""
    known = shipped().subjects.get(subject) if kind == TRAINING else None
    return known or Subject(subject, subject)
