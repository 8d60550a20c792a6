"""Dated parameters: rates, tables and limits as data with source and ``verified``, never numbers in code.

In the manner of OpenFisca: a name has values, each in force from a day (to a day), each with the document
it comes from. What could not be confirmed is shipped ``verified: false`` and every answer that used it says
so (待核实). A ``Parameters`` view notes which values a computation used.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from database.refusals import Invalid, InvariantBroken
from register import parameter_files
from register.parameter_files import Parameter, Scalar, Value

ONE_DAY = timedelta(days=1)
SHIPPED = Path(__file__).parent / "parameter_tables"


class ParameterMissing(Invalid):
    """A parameter has no value for the day it is needed for."""

    rule = "parameter.missing"


@cache
def shipped() -> Mapping[str, Parameter]:
    """The parameters of the installed files, read and checked once. Raises ParametersRefused."""
    return parameter_files.parse(files())


@cache
def files() -> Mapping[str, str]:
    """The installed files as they are written, by name. Raises ParametersRefused."""
    return parameter_files.texts(SHIPPED)


@dataclass(frozen=True, slots=True)
class Tables:
    """One version of all parameters: the files word for word, by name, and what they say."""

    texts: Mapping[str, str]
    known: Mapping[str, Parameter]


# As calendars are: what an office registered, for this process; the installed files until it did.
_in_use: list[Tables] = []
_under: ContextVar[Tables | None] = ContextVar("parameters", default=None)


def use(tables: Tables | None) -> None:
    """Compute with these from now on, whoever says nothing else; None: with the installed files."""
    _in_use[:] = [] if tables is None else [tables]


@contextmanager
def under(tables: Tables | None) -> Iterator[None]:
    """Compute with these for a while, in this thread only; None changes nothing."""
    token = _under.set(tables or _under.get())
    try:
        yield
    finally:
        _under.reset(token)


def in_use() -> Mapping[str, Parameter]:
    """The parameters that are computed with here and now."""
    found = _chosen()
    return shipped() if found is None else found.known


def texts_in_use() -> Mapping[str, str]:
    """As ``in_use``, the files word for word."""
    found = _chosen()
    return files() if found is None else found.texts


def _chosen() -> Tables | None:
    return _under.get() or (_in_use[0] if _in_use else None)


@dataclass(frozen=True, slots=True)
class _Use:
    name: str
    effective_from: date
    value: str
    verified: bool
    source: str


class Parameters:
    """A view of the dated parameters for one computation; it notes what was read.

    Raises, in all readers: ParameterMissing naming parameter and day where no value is in force, and
    InvariantBroken where code asks for a name that doesn't exist or reads it as another type.
    """

    def __init__(self, known: Mapping[str, Parameter] | None = None) -> None:
        self._known = in_use() if known is None else known
        self._used: dict[tuple[str, date], _Use] = {}

    def value(self, name: str, on: date) -> Scalar:
        """The single value in force on a day: an integer, a decimal or a text."""
        found = self._at(name, on)
        if isinstance(found.value, Mapping):
            raise InvariantBroken(f"parameter {name} is a table: read one of its entries")
        self._note(name, found, found.value)
        return found.value

    def integer(self, name: str, on: date) -> int:
        """The value in force, which must be an integer."""
        return _integer(name, self.value(name, on))

    def decimal(self, name: str, on: date) -> Decimal:
        """The value in force, as an exact decimal."""
        return _decimal(name, self.value(name, on))

    def text(self, name: str, on: date) -> str:
        """The value in force, which must be a text."""
        found = self.value(name, on)
        if not isinstance(found, str):
            raise InvariantBroken(f"parameter {name} is no text")
        return found

    def last_before(self, name: str, day: date) -> Decimal:
        """The newest number whose value began before a day, whether or not it is still in force."""
        begun = [value for value in self._named(name).values if value.effective_from < day]
        if not begun:
            raise _missing(name, day)
        found = begun[-1]
        if isinstance(found.value, Mapping):
            raise InvariantBroken(f"parameter {name} is a table: read one of its entries")
        self._note(name, found, found.value)
        return _decimal(name, found.value)

    def spans(self, name: str, first: date, last: date) -> list[tuple[date, date, Decimal]]:
        """A number over the days from ``first`` to ``last``: the days of each value, and the value."""
        found = []
        while first <= last:
            value = self._at(name, first)
            ends = last if value.effective_to is None else min(last, value.effective_to)
            following = [v.effective_from for v in self._named(name).values]
            ends = min([ends, *(day - ONE_DAY for day in following if day > first)])
            found.append((first, ends, self.decimal(name, first)))
            first = ends + ONE_DAY
        return found

    def integer_entry(self, name: str, key: str, on: date) -> int:
        """One entry of the table in force, which must be an integer."""
        return _integer(name, self._entry(name, key, on))

    def decimal_entry(self, name: str, key: str, on: date) -> Decimal:
        """One entry of the table in force, as an exact decimal."""
        return _decimal(name, self._entry(name, key, on))

    def has_entry(self, name: str, key: str, on: date) -> bool:
        """Whether a table is in force and has an entry of this key; notes nothing."""
        found = _in_force(self._named(name).values, on)
        return found is not None and isinstance(found.value, Mapping) and key in found.value

    @property
    def used(self) -> list[dict[str, Any]]:
        """What was read so far, by name: ``name, effective_from, value, verified, source`` (JSON)."""
        return [
            {
                "name": use.name,
                "effective_from": use.effective_from.isoformat(),
                "value": use.value,
                "verified": use.verified,
                "source": use.source,
            }
            for use in sorted(self._used.values(), key=lambda use: (use.name, use.effective_from))
        ]

    def _entry(self, name: str, key: str, on: date) -> Scalar:
        found = self._at(name, on)
        if not isinstance(found.value, Mapping):
            raise InvariantBroken(f"parameter {name} is no table")
        if key not in found.value:
            raise ParameterMissing(
                f"The table {name} has no entry {key} on {on.isoformat()}: "
                "load it from the document that publishes it, then try again."
            )
        entry = found.value[key]
        self._note(f"{name}[{key}]", found, entry)
        return entry

    def _named(self, name: str) -> Parameter:
        if name not in self._known:
            raise InvariantBroken(f"there is no parameter {name!r}")
        return self._known[name]

    def _at(self, name: str, on: date) -> Value:
        found = _in_force(self._named(name).values, on)
        if found is None:
            raise _missing(name, on)
        return found

    def _note(self, name: str, found: Value, read: Scalar) -> None:
        use = _Use(name, found.effective_from, str(read), found.verified, found.source)
        self._used.setdefault((name, found.effective_from), use)


def _missing(name: str, on: date) -> ParameterMissing:
    return ParameterMissing(
        f"The parameter {name} has no value on {on.isoformat()}: "
        "load it from the document that publishes it, then try again.",
        facts={"parameter": name, "on": on.isoformat()},
    )


def _in_force(values: Sequence[Value], on: date) -> Value | None:
    for value in reversed(values):
        if value.effective_from <= on:
            return value if value.effective_to is None or on <= value.effective_to else None
    return None


def _integer(name: str, found: Scalar) -> int:
    if not isinstance(found, int):
        raise InvariantBroken(f"parameter {name} is no integer")
    return found


def _decimal(name: str, found: Scalar) -> Decimal:
    if isinstance(found, str):
        raise InvariantBroken(f"parameter {name} is no number")
    return Decimal(found)
