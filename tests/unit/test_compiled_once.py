"""What the engines of a run share: compiled statements, for the same kind and version of database only."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, literal, select
from sqlalchemy.engine.interfaces import CacheStats

from database import connection


@pytest.fixture
def engines(tmp_path: Path) -> Iterator[list[Engine]]:
    """Engines of two databases, each connected."""
    opened = [connection.connect(f"sqlite:///{tmp_path / name}.db") for name in ("one", "other")]
    for engine in opened:
        engine.connect().close()
    yield opened
    for engine in opened:
        engine.dispose()


def cached(engine: Engine, name: str) -> CacheStats:
    """Whether a statement that nobody else asks was compiled before."""
    with engine.connect() as opened:
        asked: Any = opened.execute(select(literal(1).label(name)))
        found: CacheStats = asked.context.cache_hit
        return found


def test_what_one_database_was_asked_another_compiles_no_more(engines: list[Engine]) -> None:
    one, other = engines

    assert cached(one, "asked_of_both") is CacheStats.CACHE_MISS
    assert cached(other, "asked_of_both") is CacheStats.CACHE_HIT


def test_a_database_of_another_version_compiles_for_itself(engines: list[Engine]) -> None:
    one, other = engines
    other.dialect.server_version_info = (0, 1)

    assert cached(one, "asked_of_each") is CacheStats.CACHE_MISS
    assert cached(other, "asked_of_each") is CacheStats.CACHE_MISS
