"""Moments in the database: written as SQLAlchemy writes them, read back the same, never without a zone."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import DateTime
from sqlalchemy.dialects import sqlite

from database.columns import UtcDateTime
from database.refusals import InvariantBroken

DIALECT = sqlite.dialect()
MOMENTS = st.datetimes(
    datetime(1900, 1, 2),  # noqa: DTZ001 - given a zone by the strategy
    datetime(9998, 12, 30),  # noqa: DTZ001 - likewise
    timezones=st.builds(timezone, st.timedeltas(timedelta(hours=-14), timedelta(hours=14))),
)


def processors() -> tuple[Any, Any, Any]:
    ours = UtcDateTime().dialect_impl(DIALECT)
    stock = DateTime().dialect_impl(DIALECT).bind_processor(DIALECT)
    return ours.bind_processor(DIALECT), ours.result_processor(DIALECT, None), stock


@given(MOMENTS)
def test_a_moment_is_written_as_sqlalchemy_writes_it_and_read_back_in_utc(moment: datetime) -> None:
    into, out, stock = processors()
    written = into(moment)

    assert written == stock(moment.astimezone(UTC).replace(tzinfo=None))
    assert out(written) == moment
    assert out(written).tzinfo is UTC


def test_none_stays_none_and_a_moment_without_a_zone_is_refused() -> None:
    into, out, _ = processors()

    assert (into(None), out(None)) == (None, None)
    with pytest.raises(InvariantBroken, match="without a zone"):
        into(datetime(2026, 11, 2, 2, 0))  # noqa: DTZ001 - that is what is refused
