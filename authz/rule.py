"""What a rule says to whom it refuses something."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule says, in Chinese and English."""

    zh: str
    en: str
