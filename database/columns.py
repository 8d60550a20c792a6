"""Column types: UTC moments, sealed personal data, JSON, integer keys on both databases."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any, TypeVar

import orjson
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, LargeBinary, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB

from database import keys, own_keys
from database.own_keys import ErasedFields, ErasedText
from database.refusals import InvariantBroken

# SQLite only counts INTEGER PRIMARY KEY columns up by itself; PostgreSQL wants 64 bits said.
BigId = BigInteger().with_variant(Integer(), "sqlite")
Json = JSON().with_variant(JSONB(), "postgresql")

V = TypeVar("V")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; naive datetimes are refused, since nobody can tell what they mean."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC; SQLite keeps no zone, so it gets the naive UTC value."""
        if value is None:
            return None
        value = _utc(value)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Read UTC back as an aware datetime."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """On SQLite straight to the text that SQLAlchemy writes: a command says its moment in every row."""
        return _written if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """On SQLite straight from that text."""
        return _read if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise InvariantBroken("a moment without a zone reached the database")
    return value.astimezone(UTC)


@lru_cache(maxsize=512)
def _written(value: datetime | None) -> str | None:
    if value is None:
        return None
    return _utc(value).replace(tzinfo=None).isoformat(" ", "microseconds")


@lru_cache(maxsize=512)
def _read(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


class _AtRest(TypeDecorator[V]):
    """What is encrypted at rest. SQLite's driver takes and gives plain bytes: nothing comes in between."""

    impl = LargeBinary
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """On SQLite straight to the driver."""
        if dialect.name != "sqlite":
            return super().bind_processor(dialect)
        return partial(self.process_bind_param, dialect=dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """On SQLite straight from it."""
        if dialect.name != "sqlite":
            return super().result_processor(dialect, coltype)
        return partial(self.process_result_value, dialect=dialect)


class Sealed(_AtRest[str]):
    """Text encrypted at rest; ``purpose`` (table.column) binds the ciphertext to its place."""

    cache_ok = True

    def __init__(self, purpose: str) -> None:
        self.purpose = purpose
        super().__init__()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Seal on the way in."""
        del dialect
        return None if value is None else keys.current().seal(self.purpose, value.encode())

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        """Open on the way out; what was erased says so."""
        del dialect
        if value is None:
            return None
        found = _opened(self.purpose, bytes(value))
        return ErasedText(found) if isinstance(found, str) else found.decode()


class SealedJson(_AtRest[Any]):
    """A JSON value encrypted at rest, as ``Sealed``; ``erased`` makes what stands for an erased one."""

    cache_ok = True

    def __init__(self, purpose: str, erased: Callable[[str], Any] = ErasedFields) -> None:
        self.purpose = purpose
        self.erased = erased
        super().__init__()

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> bytes | None:
        """Seal on the way in."""
        del dialect
        if value is None:
            return None
        return keys.current().seal(self.purpose, orjson.dumps(value))

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Any | None:
        """Open on the way out; what was erased says so."""
        del dialect
        if value is None:
            return None
        found = _opened(self.purpose, bytes(value))
        return self.erased(found) if isinstance(found, str) else orjson.loads(found)


def _opened(purpose: str, sealed: bytes) -> bytes | str:
    """What is sealed; as text the id of the key that was destroyed with it. Raises InvariantBroken."""
    if own_keys.is_own(sealed):
        found = own_keys.open_own(purpose, sealed)
        if found is not None:
            return found
    return keys.current().open(purpose, sealed)
