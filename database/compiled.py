"""What a statement is in one database's words: its text, how its values go in, how its rows come out.

For PostgreSQL its parameters are numbered, as the server itself writes them.
"""

import re
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Delete, Dialect, Insert, Select, Table, TextClause, Update, bindparam
from sqlalchemy.sql import visitors
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnClause
from sqlalchemy.sql.functions import FunctionElement

from database import made_functions, processors
from database.made_functions import Processor, Values

Statement = Select[Any] | Insert | Update | Delete
_K = TypeVar("_K")
_NAMED = re.compile(r"%\((\w+)\)s")
# Functions of which it is known that they look at no table; any other might.
_PLAIN = frozenset({"coalesce", "count", "max", "min", "sum", "lower", "length", "now"})
# What SQL's own words may say without naming a table.
_NO_TABLE = re.compile(r"\*|\d+|'[^']*'")
# A row of many tables is seen by whoever sees its case, or the refusal that it is of.
_SEEN_BY = frozenset({"cases", "window_refusals"})


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A statement in one database's words: how its values go in and its rows come out.

    ``writes`` is the table it changes, where it is a write that answers nothing and may be joined with
    others, ``changes`` that of any write; ``reads`` are the tables that what it answers rests on, None where
    nobody can tell; ``calls``: it reads no table, only calls functions; ``fixed`` has a value for every name,
    None for one that nobody says. ``bound`` gives the values as the driver takes them, ``read`` a row of the
    driver's as the columns' types say, ``by_name`` the same by the names of the columns.
    """

    sql: str
    names: tuple[str, ...]
    writes: str | None
    changes: str | None
    reads: frozenset[str] | None
    calls: bool
    fixed: dict[str, Any]
    bound: Callable[[Values], Sequence[Any]]
    read: Callable[[Sequence[Any]], Any]
    by_name: Callable[[Sequence[Any]], dict[str, Any]]

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


def compiled(statement: Statement, dialect: Dialect, given: list[str] | None) -> Made:
    """The statement for this database, for values of these names; None: its values come bound already.

    Raises TypeError where only SQLAlchemy's own way of running it makes some of its values.
    """
    columns = _returned(statement)
    if isinstance(statement, Insert) and not columns:
        # Else SQLAlchemy asks for the new row's key, and the write would have to be waited for.
        statement = statement.inline()
    written = None if isinstance(statement, Select) else (given or [])
    words = statement.compile(dialect=dialect, column_keys=written)
    if not isinstance(words, SQLCompiler) or _made_later(words):
        raise TypeError(
            "this statement has values that only SQLAlchemy's own way of running it makes"
        )
    sql, named = _numbered(str(words)) if not words.positional else (str(words), words.positiontup)
    names = tuple(named or ())
    fixed = {
        name: None if parameter.required else parameter.value
        for parameter, name in words.bind_names.items()
    }
    keys = [str(column.key) for column in columns]
    out = _present(
        {place: processors.out_of(one.type, dialect) for place, one in enumerate(columns)}
    )
    row: Any = namedtuple("Row", keys, rename=True)  # type: ignore[misc]  # noqa: PYI024 - known only here
    written_to = None if isinstance(statement, Select) else str(statement.table)
    return Made(
        sql=sql,
        names=names,
        writes=None if columns else written_to,
        changes=written_to,
        reads=_read(statement),
        calls=isinstance(statement, Select) and not statement.get_final_froms(),
        fixed=fixed,
        bound=_bound_already if given is None else _binding(words, dialect, names, given, fixed),
        read=made_functions.reading(row, out, len(keys)),
        by_name=made_functions.naming(keys, out),
    )


def _binding(
    words: SQLCompiler, dialect: Dialect, names: Sequence[str], given: list[str], fixed: Values
) -> Callable[[Values], Sequence[Any]]:
    into = {
        name: processors.into(parameter.type, dialect)
        for parameter, name in words.bind_names.items()
    }
    return made_functions.binding(
        names, set(given), _present(into), fixed, numbered=not words.positional
    )


def _present(found: Mapping[_K, Processor | None]) -> dict[_K, Processor]:
    return {key: process for key, process in found.items() if process is not None}


def _bound_already(values: Values) -> Sequence[Any]:
    raise TypeError(f"values of rows are bound one by one: {sorted(values)}")


def _read(statement: Statement) -> frozenset[str] | None:
    """The tables in a statement; None where it says something in which another may be."""
    found = set()
    for part in visitors.iterate(statement):
        if isinstance(part, Table):
            found.add(str(part))
        elif isinstance(part, FunctionElement):
            if part.name not in _PLAIN:
                return None
        elif isinstance(part, TextClause | ColumnClause) and _may_name_a_table(part):
            return None
    return frozenset(found)


def _may_name_a_table(part: TextClause | ColumnClause[Any]) -> bool:
    """Whether these are words of SQL, and more than a constant."""
    if isinstance(part, TextClause):
        return True
    return part.is_literal and not _NO_TABLE.fullmatch(part.name)


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
