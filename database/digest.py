"""Canonical JSON (RFC 8785), digests with their own domain, and salted commitments of fields.

A form's digest is the hash over salted commitments of its fields, so that one field can be withheld
from evidence, or erased by law, and whatever covers the digest still verifies (design §4). A record is
digested under the suite it names; what digests merely name (files, definitions) is SHA-256 in every suite.
"""

import re
import secrets
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import orjson
import rfc8785

from database import suites
from database.suites import Suite

SALT_BYTES = 16

# RFC 8785 orders names by UTF-16, orjson by UTF-8: they differ only where a character beyond the basic
# plane appears, which is written in four bytes, of which the first is one of these.
_BEYOND_BASIC_PLANE = re.compile(b"[\xf0-\xf4]")
_SCALARS = frozenset({str, int, bool, type(None)})
_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER


def canonical(value: Any) -> bytes:
    """RFC 8785 bytes of a JSON value. Floats are refused by us: money and months are integers.

    Plain values of ours take orjson, several times as fast and the same bytes; anything else, and whatever
    orjson refuses, is for the reference package to write or to refuse.
    """
    if type(value) in _SCALARS or _plain(value):
        try:
            said = orjson.dumps(value, option=_OPTIONS)
        except orjson.JSONEncodeError:
            return rfc8785.dumps(value)
        if said.isascii() or not _BEYOND_BASIC_PLANE.search(said):
            return said
    _refuse_floats(value)
    return rfc8785.dumps(value)


def covered(kind: str, value: Any, suite: Suite) -> bytes:
    """The bytes that a digest and a signature cover: the canonical value after its kind and suite."""
    return _domain(kind, suite.name) + canonical(value)


def digest(kind: str, value: Any, suite: Suite | None = None) -> str:
    """The digest (hex, 64 characters) of the canonical value, separated by its kind and suite.

    Without ``suite`` it is the one under which this process makes new records.
    """
    suite = suite or suites.current()
    return suite.hash(_domain(kind, suite.name) + canonical(value)).hex()


def address(kind: str, value: Any) -> str:
    """The name (SHA-256, hex) of something that is the same thing under every suite: a definition."""
    return digest(kind, value, suites.named("intl-1"))


def new_salt() -> str:
    """A fresh salt for one field: 16 random bytes as hex."""
    return secrets.token_hex(SALT_BYTES)


def new_salts(names: Iterable[str]) -> dict[str, str]:
    """A fresh salt of its own for each of these fields; the system is asked for all of them at once."""
    wanted = list(names)
    drawn, length = secrets.token_hex(SALT_BYTES * len(wanted)), 2 * SALT_BYTES
    return {name: drawn[n * length : (n + 1) * length] for n, name in enumerate(wanted)}


def commitment(salt: str, value: Any, suite: Suite | None = None) -> str:
    """The salted commitment of one field's value."""
    return digest("field", [salt, value], suite)


def commitments(
    fields: Mapping[str, Any], salts: Mapping[str, str], suite: Suite | None = None
) -> dict[str, str]:
    """The salted commitment of every field, by name."""
    suite = suite or suites.current()
    domain, hashed = _domain("field", suite.name), suite.hash
    return {
        name: hashed(domain + canonical([salts[name], value])).hex()
        for name, value in fields.items()
    }


@cache
def _domain(kind: str, suite: str) -> bytes:
    return b"\0".join((b"tongban-v1", kind.encode(), suite.encode(), b""))


def _plain(value: Any) -> bool:
    """Whether the members are of exactly the types JSON has, floats left out; orjson looks at names."""
    kind = type(value)
    if kind is dict:
        members = value.values()
    elif kind is list or kind is tuple:
        members = value
    else:
        return kind in _SCALARS
    # Most have scalars alone for members: those are gone through without a step of ours for each.
    if _SCALARS.issuperset(map(type, members)):
        return True
    for member in members:  # noqa: SIM110 - a generator would cost more
        if type(member) not in _SCALARS and not _plain(member):
            return False
    return True


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("a float has no place in a signed record: use integers or decimal strings")
    if isinstance(value, Mapping):
        for member in value.values():
            _refuse_floats(member)
    elif isinstance(value, list | tuple):
        for member in value:
            _refuse_floats(member)
