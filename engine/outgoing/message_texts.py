"""The words of messages: shipped ones by kind and language, and an agency's own in their place.

A text is filled in from a fixed list of figures, none of which is personal data; a placeholder that isn't
among them stops the start.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from database import plain_yaml
from database.plain_yaml import NotPlain
from engine.outgoing import message_kinds
from engine.paperwork.documents import TEMPLATES

LANGUAGES = ("zh", "en")
FIGURES = frozenset({"case_no", "item", "agency", "phone", "due_on", "progress"})
MOST_LETTERS = 2000


class TextsRefused(Exception):  # noqa: N818 - it says what happened
    """A file of texts is wrong; the message says where and what is allowed."""


@dataclass(frozen=True, slots=True)
class Text:
    """One message before it is filled in."""

    subject: Template
    text: Template

    def filled(self, figures: Mapping[str, str]) -> tuple[str, str]:
        """Subject and text, with these figures; the subject is one line whatever they hold."""
        subject = self.subject.substitute(figures)
        return " ".join(subject.split()), self.text.substitute(figures)


Texts = Mapping[tuple[str, str], Text]


def load(own: Path | None) -> Texts:
    """Every text by kind and language, with an agency's own in place of the shipped. Raises TextsRefused."""
    found = dict(_shipped())
    if own is not None:
        try:
            said = plain_yaml.load(own.read_text())
        except (OSError, UnicodeDecodeError, NotPlain) as wrong:
            raise TextsRefused(f"{own} can't be read: {wrong}") from wrong
        found |= _read(said, str(own))
    return found


@cache
def _shipped() -> Texts:
    """The shipped texts: one for every kind and language."""
    named = TEMPLATES / "messages.yaml"
    found = _read(plain_yaml.load(named.read_text()), named.name)
    wanted = {(kind, language) for kind in message_kinds.NAMES for language in LANGUAGES}
    if set(found) != wanted:
        raise TextsRefused(f"{named.name} lacks {sorted(wanted - set(found))}")
    return found


def _read(said: Any, named: str) -> dict[tuple[str, str], Text]:
    if not isinstance(said, dict):
        raise TextsRefused(f"{named} holds no texts: kinds, then zh and en")
    return {
        (kind, language): _text(text, f"{named}: {kind}.{language}")
        for kind, languages in said.items()
        for language, text in _known(kind, languages, named).items()
    }


def _known(kind: Any, languages: Any, named: str) -> dict[Any, Any]:
    if kind not in message_kinds.NAMES:
        raise TextsRefused(f"{named}: {kind} is none of {', '.join(message_kinds.NAMES)}")
    if not isinstance(languages, dict) or not set(languages) <= set(LANGUAGES):
        raise TextsRefused(f"{named}: {kind} is said in zh and en")
    return languages


def _text(said: Any, where: str) -> Text:
    if not isinstance(said, dict) or set(said) != {"subject", "text"}:
        raise TextsRefused(f"{where} has subject and text")
    parts = []
    for part in (said["subject"], said["text"]):
        if not isinstance(part, str) or not 0 < len(part) <= MOST_LETTERS:
            raise TextsRefused(f"{where}: a text of 1 to {MOST_LETTERS} letters")
        template = Template(part)
        if not template.is_valid() or not set(template.get_identifiers()) <= FIGURES:
            raise TextsRefused(f"{where}: ${{…}} may be {', '.join(sorted(FIGURES))}")
        parts.append(template)
    return Text(*parts)
