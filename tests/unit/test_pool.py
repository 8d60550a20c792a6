"""The pool counts who had to wait, and goes on counting after it was emptied."""

import sqlite3

import pytest
from sqlalchemy.exc import TimeoutError as PoolExhausted

from database.pool import WatchedPool


def test_who_waits_is_counted() -> None:
    pool = WatchedPool(lambda: sqlite3.connect(":memory:"), pool_size=1, max_overflow=1, timeout=0)
    first, second = pool.connect(), pool.connect()
    assert (pool.limit, pool.waits) == (2, 0)

    with pytest.raises(PoolExhausted):
        pool.connect()

    assert pool.waits == 1
    for opened in (first, second):
        opened.close()
    pool.connect().close()
    assert pool.waits == 1
    again = pool.recreate()
    assert isinstance(again, WatchedPool)
    assert again.limit == 2
    pool.dispose()
