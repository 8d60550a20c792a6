"""What a refusal says in the person's language: by the id of its rule, with the figures of its detail.

``refusals.po`` has for each rule (its ``msgctxt``) the general sentence under ``*``; where a detail carries
figures worth showing, also its English pattern with ``{}`` for each, and ``{0}``, ``{1}`` in the Chinese.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from babel.messages.catalog import Message

from web import texts

GENERAL = "*"


@dataclass
class Sentences:
    """What one rule says: in general, and by the pattern of its detail."""

    general: str = ""
    patterns: list[tuple[re.Pattern[str], str]] = field(default_factory=list)


def said(language: str, rule: str, detail: str) -> str:
    """A refusal's sentence; the English detail where the language or the catalogue has no other."""
    if language == "en":
        return detail
    sentences = _by_rule().get(rule) or _by_rule().get(_family(rule))
    if sentences is None:
        return detail
    for pattern, chinese in sentences.patterns:
        found = pattern.fullmatch(detail)
        if found:
            return chinese.format(*found.groups())
    return sentences.general or detail


def rules() -> set[str]:
    """The rules that have a general sentence."""
    return {rule for rule, sentences in _by_rule().items() if sentences.general}


def _family(rule: str) -> str:
    """``form.*`` for a rule of a field that has no sentence of its own."""
    return rule.partition(".")[0] + ".*"


@cache
def _by_rule() -> Mapping[str, Sentences]:
    found: dict[str, Sentences] = {}
    for message in texts.catalogue(texts.REFUSALS):
        if message.context:
            _add(found.setdefault(message.context, Sentences()), message)
    return found


def _add(sentences: Sentences, message: Message) -> None:
    english, chinese = str(message.id), str(message.string)
    if english == GENERAL:
        sentences.general = chinese
    else:
        parts = (re.escape(part) for part in english.split("{}"))
        sentences.patterns.append((re.compile("(.*)".join(parts), re.DOTALL), chinese))
