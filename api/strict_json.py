"""Reading JSON without mercy: what two readers could understand differently is refused.

Python's own reader accepts NaN, takes the last of two equal keys, and passes lone surrogates and
numbers that no other language keeps; a signed record can't be built on any of these.
"""

import json
import re
from typing import Any, NoReturn

from database.refusals import Invalid

MAX_DEPTH = 32
MAX_INTEGER = 2**53 - 1
MAX_DIGITS = 16

# Strings first, so that brackets inside them don't count; an unclosed string runs to the end.
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)|[\[\]{}]', re.DOTALL)


class MalformedBody(Invalid):
    """The body is not JSON as it must be."""

    rule = "body.malformed"


def parse(content: bytes) -> Any:
    """The JSON value of UTF-8 bytes. Raises MalformedBody naming what is wrong with them."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as wrong:
        raise MalformedBody(
            f"The body is not UTF-8 (byte {wrong.start}).", rule="body.encoding"
        ) from None
    _refuse_depth(text)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_decimal,
            parse_constant=_constant,
        )
    except json.JSONDecodeError as wrong:
        raise MalformedBody(
            f"The body is not JSON: {wrong.msg} at line {wrong.lineno}, column {wrong.colno}.",
            rule="body.not_json",
        ) from None
    _refuse_bad_text(value)
    return value


def parse_object(content: bytes) -> dict[str, Any]:
    """As ``parse``, for a body that has to be an object."""
    value = parse(content)
    if not isinstance(value, dict):
        raise Invalid("The body must be a JSON object: {…}.", rule="body.not_an_object")
    return value


def _refuse_depth(text: str) -> None:
    depth = 0
    for found in _STRING_OR_BRACKET.finditer(text):
        mark = found.group()[0]
        if mark in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise MalformedBody(
                    f"The body is nested more than {MAX_DEPTH} deep.", rule="body.too_deep"
                )
        elif mark in "]}":
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise MalformedBody("An object names a key twice.", rule="body.duplicate_key")
    return read


def _integer(digits: str) -> int:
    # The length first: turning a million digits into a number takes seconds.
    if len(digits.removeprefix("-")) > MAX_DIGITS or abs(int(digits)) > MAX_INTEGER:
        raise MalformedBody(
            f"A number lies beyond ±{MAX_INTEGER} (2^53 − 1).", rule="body.number_too_large"
        )
    return int(digits)


def _decimal(digits: str) -> float:
    number = float(digits)
    if abs(number) > MAX_INTEGER:
        raise MalformedBody(
            f"A number lies beyond ±{MAX_INTEGER} (2^53 − 1).", rule="body.number_too_large"
        )
    return number


def _constant(name: str) -> NoReturn:
    raise MalformedBody(f"{name} is not a JSON number.", rule="body.not_a_number")


def _refuse_bad_text(value: Any) -> None:
    if isinstance(value, str):
        if "\0" in value:
            raise MalformedBody("A text holds the character NUL.", rule="body.nul")
        if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
            raise MalformedBody("A text holds half a character (surrogate).", rule="body.surrogate")
    elif isinstance(value, dict):
        for key, member in value.items():
            _refuse_bad_text(key)
            _refuse_bad_text(member)
    elif isinstance(value, list):
        for member in value:
            _refuse_bad_text(member)
