"""Functions made for one statement take values in its order, and give rows, as its columns say."""

from collections import namedtuple
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Date
from sqlalchemy.dialects import sqlite

from database import made_functions, processors
from database.columns import UtcDateTime
from database.refusals import InvariantBroken

DIALECT: Any = sqlite.dialect()


def doubled(value: str) -> str:
    return value * 2


def test_values_go_in_their_order_each_through_its_processor() -> None:
    given = {"b": "x", "a": 1, "not in the statement": 0}
    made = made_functions.binding(
        ["a", "b", "c", "a b'"],
        given,
        {"b": doubled, "c": doubled},
        {"a": None, "b": None, "c": "y", "a b'": 5},
        numbered=False,
    )
    assert made(given) == (1, "xx", "yy", 5)
    with pytest.raises(KeyError):
        made({"a": 1})


def test_integers_go_as_texts_where_parameters_are_numbered() -> None:
    """Flags don't, nor what a processor made."""
    made = made_functions.binding(["a", "b", "c"], "abc", {"c": len}, {}, numbered=True)
    assert made({"a": 1, "b": True, "c": "four"}) == ("1", True, 4)


def test_rows_come_out_as_objects_and_by_name() -> None:
    row = namedtuple("row", ["a", "b"])  # noqa: PYI024 - as statements make them
    for processes, wanted in (({}, (1, "x")), ({1: doubled}, (1, "xx"))):
        read = made_functions.reading(row, processes, 2)((1, "x"))
        assert (type(read), read, read.b) == (row, wanted, wanted[1])
        named = made_functions.naming(["a", "b"], processes)((1, "x"))
        assert named == dict(zip("ab", wanted, strict=True))


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        (JSON(), {"名": [1, None]}, '{"名":[1,null]}'),
        (JSON(), None, "null"),
        (Boolean(), True, True),
        (Boolean(), None, None),
        (Date(), date(999, 1, 2), "0999-01-02"),
        (Date(), None, None),
    ],
)
def test_plain_values_are_written_as_sqlalchemy_writes_them(
    kind: Any, value: Any, written: Any
) -> None:
    process, usual = processors.into(kind, DIALECT), kind.dialect_impl(DIALECT)
    assert process is not None
    assert process(value) == written
    if not isinstance(value, dict):
        assert usual.bind_processor(DIALECT)(value) == written


def test_what_is_of_another_type_is_refused() -> None:
    for kind, value in ((Boolean(), "yes"), (Date(), "2026-11-02")):
        process = processors.into(kind, DIALECT)
        assert process is not None
        with pytest.raises((TypeError, ValueError)):
            process(value)
    other: Any = type("Other", (), {"name": "postgresql"})
    for named in (DIALECT, other):
        write = UtcDateTime().bind_processor(named)
        assert write is not None
        with pytest.raises(InvariantBroken):
            write(datetime(2026, 11, 2))  # noqa: DTZ001 - that is what is refused
        assert write(datetime(2026, 11, 2, tzinfo=UTC)) is not None
        assert write(None) is None
