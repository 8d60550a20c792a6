"""Finding a business among the deployed processes: by name, code, pinyin or another word for it."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from subprocess import SubprocessError
from threading import Lock

from authz import pinyin
from engine.defining.definitions import Definition
from engine.office import Office
from engine.process import Names

# In the order of a working life: one enrols, pays, looks after the account, moves, retires.
CATEGORIES: Mapping[str, Names] = {
    "registration": Names("参保登记", "Registration"),
    "contribution": Names("缴费", "Contributions"),
    "account": Names("个人账户与证明", "Account and certificates"),
    "transfer": Names("转移接续", "Transfers"),
    "benefit": Names("退休与待遇", "Retirement and benefits"),
}
# Whoever types these between means the same business.
_BETWEEN = str.maketrans("", "", " \t\u3000_-·、，,.'’“”\"（）()/")
_SHORTEST_PINYIN = 2
_log = logging.getLogger("tongban.finding")
_asking = Lock()
# The words of a catalogue, and how each is typed in pinyin.
Typed = Mapping[str, Sequence[str]]
# How near a business is to what was typed; smaller is nearer.
_IT, _BEGINS, _HOLDS, _OTHER_WORD, _FAR = range(5)


@dataclass(frozen=True, slots=True)
class Group:
    """The businesses of one category, by code; never empty."""

    code: str
    names: Names
    definitions: Sequence[Definition]


def groups(office: Office) -> list[Group]:
    """Every deployed business, by category."""
    found = office.catalogue.all()
    return [
        Group(code, names, tuple(one for one in found if one.category == code))
        for code, names in CATEGORIES.items()
        if any(one.category == code for one in found)
    ]


def find(office: Office, text: str) -> list[Definition]:
    """The businesses that a typed text means, nearest first; all of them for an empty text.

    A text is part of a name (Chinese or English), of the code, of the name's pinyin in full or by
    initials, or of a synonym or a synonym's pinyin. Of several words each must fit the same business.
    """
    words = [folded for folded in map(_folded, text.split()) if folded]
    every = office.catalogue.all()
    typed = _typed(frozenset(own for one in every for own in (one.names.zh, *one.guide.synonyms)))
    near = [(_nearness(definition, words, typed), definition) for definition in every]
    kept = [(rank, one.code, one) for rank, one in near if rank is not None]
    return [one for _rank, _code, one in sorted(kept, key=lambda row: row[:2])]


def _nearness(definition: Definition, words: Sequence[str], typed: Typed) -> int | None:
    """How far the farthest word lies, or all of them as one; None where one doesn't fit.

    Pinyin is typed with spaces: of two businesses that hold every syllable, the one that is called so is
    nearer.
    """
    ranks = [_rank(definition, word, typed) for word in words]
    far = [rank for rank in ranks if rank is not None]
    if len(far) < len(ranks):
        return None
    whole = _rank(definition, "".join(words), typed) if len(words) > 1 else None
    return min(max(far, default=_IT), _FAR if whole is None else whole)


def _rank(definition: Definition, word: str, typed: Typed) -> int | None:
    own = [
        _folded(definition.code),
        _folded(definition.names.zh),
        _folded(definition.names.en),
        *typed[definition.names.zh],
    ]
    if word in own:
        return _IT
    if any(known.startswith(word) for known in own):
        return _BEGINS
    if _held(own, word):
        return _HOLDS
    synonyms = definition.guide.synonyms
    others = [*map(_folded, synonyms), *(s for text in synonyms for s in typed[text])]
    if _held(others, word):
        return _OTHER_WORD
    # A whole sentence may hold the word people know: 我要改名字.
    return (
        _FAR if any(_folded(known) in word for known in (definition.names.zh, *synonyms)) else None
    )


def _held(known: Iterable[str], word: str) -> bool:
    """Whether a word is part of one of these; a single Latin letter would be part of nearly all."""
    if word.isascii() and len(word) < _SHORTEST_PINYIN:
        return False
    return any(word in one for one in known)


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    return text.casefold().translate(_BETWEEN)


def _typed(texts: frozenset[str]) -> Typed:
    try:
        # Who asks while another waits for the answer gets that one.
        with _asking:
            return _spelled(texts)
    except (OSError, SubprocessError) as failed:
        # On a machine that can start no process just now, a name still finds its business.
        _log.warning("businesses can't be found by pinyin", exc_info=failed)
        return dict.fromkeys(texts, ())


@lru_cache(maxsize=2)
def _spelled(texts: frozenset[str]) -> Typed:
    """How each of these texts, the words of a catalogue, is typed in pinyin."""
    return {text: tuple(map(_folded, spelled)) for text, spelled in pinyin.of(texts).items()}
