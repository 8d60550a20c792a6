"""The texts of the desk: English in templates and code, Chinese from one catalogue a page area.

The catalogues are read as they stand in git (``locale/zh/*.po``), once, and merged: a page may use any
text of any of them. Refusals have a catalogue of their own kind, keyed by rule (``refusal_texts``).
"""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from database.refusals import InvariantBroken

FOLDER = Path(__file__).parent / "locale" / "zh"
REFUSALS = "refusals.po"
LANGUAGES = ("zh", "en")


def mark(text: str) -> str:
    """The text itself; marks it for the catalogue where it is written, and translated where it is shown."""
    return text


def translate(language: str, text: str) -> str:
    """A text in a language; one without a translation stays English."""
    return text if language == "en" else _chinese().get(text, text)


def translate_number(language: str, one: str, many: str, number: int) -> str:
    """A text that depends on a number; Chinese has one form for all."""
    if language == "en":
        return one if number == 1 else many
    return _chinese().get(one, one if number == 1 else many)


def catalogue(name: str) -> Catalog:
    """One catalogue, as it stands in its file."""
    with (FOLDER / name).open("rb") as file:
        return read_po(file, locale="zh", abort_invalid=True)


def names() -> list[str]:
    """The catalogues of pages."""
    return sorted(path.name for path in FOLDER.glob("*.po") if path.name != REFUSALS)


@cache
def _chinese() -> Mapping[str, str]:
    """Every text by its English. Raises InvariantBroken where two catalogues disagree."""
    merged: dict[str, str] = {}
    for name in names():
        for message in catalogue(name):
            key, said = _first(message.id), _first(message.string)
            if key and said and merged.setdefault(key, said) != said:
                raise InvariantBroken(f"{name}: {key!r} is translated otherwise elsewhere")
    return merged


def _first(text: str | Iterable[str] | None) -> str:
    """The text, or the first of its forms."""
    return text if isinstance(text, str) else next(iter(text or ()), "")
