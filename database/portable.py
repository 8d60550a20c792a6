"""Rows in words that both databases share: what a backup says of a table, and a copy carries over.

Sealed values stay sealed: nothing is decrypted on the way, and what can't be opened is carried as it is.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from graphlib import TopologicalSorter
from typing import Any

from sqlalchemy import Date, LargeBinary, MetaData, Table, TableClause, column, table
from sqlalchemy.types import TypeEngine

from database.columns import Sealed, SealedJson, UtcDateTime

Values = Sequence[Any]
_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


@dataclass(frozen=True, slots=True)
class PortableTable:
    """A table as it is copied: ``clause`` reads and writes it without opening what is sealed.

    ``key`` orders its rows, ``counted`` is the column that the database counts up by itself, ``parent``
    the place of the column by which a row names another row of the same table.
    """

    name: str
    clause: TableClause
    columns: tuple[str, ...]
    key: tuple[str, ...]
    counted: str | None
    parent: int | None
    codecs: tuple["_Codec", ...]

    def line(self, values: Values) -> str:
        """A row as one line of JSON, without its end."""
        pairs = zip(self.codecs, values, strict=True)
        return _encoder.encode([None if v is None else codec.said(v) for codec, v in pairs])

    def values(self, line: bytes) -> list[Any]:
        """The row that a line says. Raises ValueError, TypeError for a line that is none."""
        pairs = zip(self.codecs, json.loads(line), strict=True)
        return [None if v is None else codec.read(v) for codec, v in pairs]


@dataclass(frozen=True, slots=True)
class _Codec:
    said: Callable[[Any], Any]
    read: Callable[[Any], Any]


_PLAIN = _Codec(lambda value: value, lambda value: value)
_BYTES = _Codec(
    lambda value: b64encode(value).decode(), lambda said: b64decode(said, validate=True)
)
_MOMENT = _Codec(datetime.isoformat, datetime.fromisoformat)
_DAY = _Codec(date.isoformat, date.fromisoformat)


def tables(metadata: MetaData, left_out: Collection[str] = ()) -> list[PortableTable]:
    """Every table but those left out, in the order in which their rows can be inserted.

    What a row points to comes before it, unless the key is deferred: then the row pointed to is what
    closes the others, as the header of a posting does, and comes after them, if nothing else wants it
    before. A table's ``info`` may name others that its triggers look at: those come before it.
    """
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for name, found in sorted(metadata.tables.items()):
        keys = [(one.referred_table.name, one) for one in found.foreign_key_constraints]
        before = {other for other, one in keys if not one.deferrable} - {name}
        before.update(found.info.get("after", ()))
        sorter.add(name, *before)
        for other, one in keys:
            if one.deferrable and other not in before | {name}:
                sorter.add(other, name)
    return [
        _portable(metadata.tables[name]) for name in sorter.static_order() if name not in left_out
    ]


def parents_first(of: PortableTable, rows: Iterable[Values]) -> list[Values]:
    """The rows of a table that points to itself, each after the one it names.

    Rows that name none, or one that isn't there, come first: the database says what is wrong with it.
    """
    if of.parent is None:
        return list(rows)
    own = of.columns.index(of.key[0])
    by_key = {row[own]: row for row in rows}
    above = {key: {row[of.parent]} & by_key.keys() for key, row in by_key.items()}
    return [by_key[key] for key in TopologicalSorter(above).static_order()]


def _portable(found: Table) -> PortableTable:
    types = {name: _carried(c.type) for name, c in found.columns.items()}
    counted = found.autoincrement_column
    own = [fk.parent.name for fk in found.foreign_keys if fk.column.table is found]
    names = tuple(types)
    return PortableTable(
        name=found.name,
        clause=table(found.name, *(column(name, kind) for name, kind in types.items())),
        columns=names,
        key=tuple(c.name for c in found.primary_key.columns),
        counted=None if counted is None else counted.name,
        parent=names.index(own[0]) if own else None,
        codecs=tuple(map(_codec, types.values())),
    )


def _carried(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    return LargeBinary() if isinstance(kind, Sealed | SealedJson) else kind


def _codec(kind: TypeEngine[Any]) -> _Codec:
    if isinstance(kind, LargeBinary):
        return _BYTES
    if isinstance(kind, UtcDateTime):
        return _MOMENT
    return _DAY if isinstance(kind, Date) else _PLAIN
