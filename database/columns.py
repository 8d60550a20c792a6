"""Column types: UTC moments, sealed personal data, JSON, integer keys on both databases."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
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
    """A moment in UTC; naive datetimes are refused, since nobody can tell what they mean.

    SQLite keeps no zone: there it goes straight to the text that SQLAlchemy writes, and straight from it. A
    command says its moment in every row.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """What stores UTC."""
        return _written if dialect.name == "sqlite" else _utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """What reads UTC back as an aware datetime."""
        del coltype
        return _read if dialect.name == "sqlite" else _as_utc


def _utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise InvariantBroken("a moment without a zone reached the database")
    return value if value.tzinfo is UTC else value.astimezone(UTC)


def _as_utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


@lru_cache(maxsize=512)
def _written(value: datetime | None) -> str | None:
    moment = _utc(value)
    if moment is None:
        return None
    return moment.replace(tzinfo=None).isoformat(" ", "microseconds")


@lru_cache(maxsize=512)
def _read(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


class _AtRest(TypeDecorator[V]):
    """What is encrypted at rest. Both drivers take bytes as they are: nothing comes in between.

    ``purpose`` (table.column) binds the ciphertext to its place; ``erased`` makes what stands for a value
    that was. ``bind_processor`` and ``result_processor`` are one plain function each, for any database.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(
        self,
        purpose: str,
        encoded: Callable[[Any], bytes],
        decoded: Callable[[bytes], Any],
        erased: Callable[[str], Any],
    ) -> None:
        self.purpose = purpose
        self.encoded, self.decoded, self.erased = encoded, decoded, erased
        super().__init__()

    def process_bind_param(self, value: V | None, dialect: Dialect) -> bytes | None:
        """Seal one value on the way in."""
        sealed: bytes | None = self.bind_processor(dialect)(value)
        return sealed

    def process_result_value(self, value: Any | None, dialect: Dialect) -> V | None:
        """Open one value on the way out; what was erased says so."""
        opened: V | None = self.result_processor(dialect, None)(value)
        return opened

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        """What seals on the way in."""
        del dialect
        purpose, encoded = self.purpose, self.encoded

        def seal(value: V | None) -> bytes | None:
            return None if value is None else keys.current().seal_row(purpose, encoded(value))

        return seal

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """What opens on the way out; what was erased says so."""
        del dialect, coltype
        purpose, decoded, erased = self.purpose, self.decoded, self.erased

        def opened(value: Any | None) -> Any | None:
            if value is None:
                return None
            found = _opened(purpose, bytes(value))
            return erased(found) if isinstance(found, str) else decoded(found)

        return opened


class Sealed(_AtRest[str]):
    """Text encrypted at rest."""

    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__(purpose, str.encode, bytes.decode, ErasedText)


class SealedJson(_AtRest[Any]):
    """A JSON value encrypted at rest, as ``Sealed``."""

    cache_ok = True

    def __init__(self, purpose: str, erased: Callable[[str], Any] = ErasedFields) -> None:
        super().__init__(purpose, orjson.dumps, orjson.loads, erased)


def _opened(purpose: str, sealed: bytes) -> bytes | str:
    """What is sealed; as text the id of the key that was destroyed with it. Raises InvariantBroken."""
    if own_keys.is_own(sealed):
        found = own_keys.open_own(purpose, sealed)
        if found is not None:
            return found
    return keys.current().open(purpose, sealed)
