"""What a statement is in one database's words: its text, how its values go in, how its rows come out.

For PostgreSQL its parameters are numbered, as the server itself writes them.
"""

import re
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import Any

from sqlalchemy import Delete, Dialect, Insert, Select, Table, TextClause, Update, bindparam
from sqlalchemy.sql import visitors
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnClause
from sqlalchemy.sql.functions import FunctionElement

Statement = Select[Any] | Insert | Update | Delete
Values = Mapping[str, Any]
Processor = Callable[[Any], Any]

_NAMED = re.compile(r"%\((\w+)\)s")
# Functions of which it is known that they look at no table; any other might.
_PLAIN = frozenset({"coalesce", "count", "max", "min", "sum", "lower", "length", "now"})
# A row of many tables is seen by whoever sees its case, or the refusal that it is of.
_SEEN_BY = frozenset({"cases", "window_refusals"})


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A statement in one database's words: how its values go in and its rows come out.

    ``writes`` is the table it changes, where it is a write that answers nothing and may be joined with
    others, ``changes`` that of any write; ``reads`` are the tables that what it answers rests on, None where
    nobody can tell; ``calls``: it reads no table, only calls functions; ``fixed`` has a value for every name,
    None for one that nobody says, and ``pick`` takes from all values those of the names in turn.
    """

    sql: str
    names: tuple[str, ...]
    numbered: bool
    writes: str | None
    changes: str | None
    reads: frozenset[str] | None
    calls: bool
    fixed: dict[str, Any]
    into: tuple[tuple[str, Processor], ...]
    pick: Callable[[Values], Sequence[Any]]
    out: tuple[tuple[int, Processor], ...]
    keys: tuple[str, ...]
    row: Callable[[Sequence[Any]], Any]

    @property
    def verb(self) -> str:
        """INSERT, UPDATE, DELETE, SELECT or WITH."""
        return self.sql.partition(" ")[0]

    def outdates(self, read: "Made") -> bool:
        """Whether what ``read`` answered before this was run may be other than what it answers afterwards."""
        if self.changes is None:
            # A function may do anything: say another scope, for one.
            return self.calls
        return read.reads is None or self.changes in read.reads or self.changes in _SEEN_BY

    def bound(self, values: Values) -> Sequence[Any]:
        """The values as the driver takes them."""
        said = {**self.fixed, **values}
        for name, process in self.into:
            said[name] = process(said[name])
        if self.numbered:
            # The driver tells an integer's type by its size, and the server would prepare a statement
            # for every mixture of sizes; a text it reads as what its column is.
            return [str(value) if type(value) is int else value for value in self.pick(said)]
        return self.pick(said)

    def read(self, found: Sequence[Any]) -> Any:
        """A row of the driver's, its values as the columns' types say."""
        return self.row(self._processed(found))

    def by_name(self, found: Sequence[Any]) -> dict[str, Any]:
        """As ``read``, by the names of the columns."""
        return dict(zip(self.keys, self._processed(found), strict=True))

    def _processed(self, found: Sequence[Any]) -> Sequence[Any]:
        if not self.out:
            return found
        values = list(found)
        for place, process in self.out:
            values[place] = process(values[place])
        return values


def compiled(statement: Statement, dialect: Dialect, given: list[str]) -> Made:
    """The statement for this database, for values of these names.

    Raises TypeError where only SQLAlchemy's own way of running it makes some of its values.
    """
    columns = _returned(statement)
    if isinstance(statement, Insert) and not columns:
        # Else SQLAlchemy asks for the new row's key, and the write would have to be waited for.
        statement = statement.inline()
    written = None if isinstance(statement, Select) else given
    words = statement.compile(dialect=dialect, column_keys=written)
    if not isinstance(words, SQLCompiler) or _made_later(words):
        raise TypeError(
            "this statement has values that only SQLAlchemy's own way of running it makes"
        )
    sql, named = _numbered(str(words)) if not words.positional else (str(words), words.positiontup)
    names = tuple(named or ())
    # By name: a value that a statement says twice goes in once.
    into = {}
    for parameter, name in words.bind_names.items():
        process = parameter.type.dialect_impl(dialect).bind_processor(dialect)
        if process is not None:
            into[name] = process
    out = []
    for place, column in enumerate(columns):
        process = column.type.dialect_impl(dialect).result_processor(dialect, None)
        if process is not None:
            out.append((place, process))
    keys = [str(column.key) for column in columns]
    row: Any = namedtuple("Row", keys, rename=True)  # type: ignore[misc]  # noqa: PYI024 - known only here
    written_to = None if isinstance(statement, Select) else str(statement.table)
    return Made(
        sql=sql,
        names=names,
        numbered=not words.positional,
        writes=None if columns else written_to,
        changes=written_to,
        reads=_read(statement),
        calls=isinstance(statement, Select) and not statement.get_final_froms(),
        fixed={
            name: None if parameter.required else parameter.value
            for parameter, name in words.bind_names.items()
        },
        into=tuple(into.items()),
        pick=_picking(names),
        out=tuple(out),
        keys=tuple(keys),
        row=partial(tuple.__new__, row),
    )


def _read(statement: Statement) -> frozenset[str] | None:
    """The tables in a statement; None where it says something in which another may be."""
    found = set()
    for part in visitors.iterate(statement):
        if isinstance(part, Table):
            found.add(str(part))
        elif isinstance(part, FunctionElement):
            if part.name not in _PLAIN:
                return None
        elif isinstance(part, TextClause) or (
            isinstance(part, ColumnClause) and part.is_literal and part.name != "*"
        ):
            return None
    return frozenset(found)


def _made_later(words: SQLCompiler) -> bool:
    """Whether it has defaults of columns, or a list of values that is said when their number is known."""
    made = words.insert_prefetch or words.update_prefetch or words.post_compile_params
    return bool(made)


def _numbered(sql: str) -> tuple[str, list[str]]:
    """A text whose parameters are named ``%(name)s`` with numbers instead, and the names in their order."""
    numbers: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        return f"${numbers.setdefault(found[1], len(numbers) + 1)}"

    return _NAMED.sub(number, sql).replace("%%", "%"), list(numbers)


def _picking(names: Sequence[str]) -> Callable[[Values], Sequence[Any]]:
    """What takes the values of these names, in this order."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: [values[name] for name in names]


def of_rows(statement: Statement, rows: Sequence[Values], names: Sequence[str]) -> Insert:
    """The statement that inserts as many rows at once: it takes the values of these columns, row by row."""
    if not isinstance(statement, Insert):
        raise TypeError("only an insert takes several rows")
    columns = statement.table.c
    return statement.values(
        [
            {name: bindparam(f"{name}_{n}", type_=columns[name].type) for name in names}
            for n in range(len(rows))
        ]
    )


def _returned(statement: Statement) -> list[Any]:
    if isinstance(statement, Select):
        return list(statement.selected_columns)
    return list(statement.exported_columns)
