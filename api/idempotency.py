"""One key, one effect: the same request sent again gets the answer it got before, byte for byte.

The key is taken at the start of the command, inside its transaction, and the rendered answer is stored
before the commit: a request whose answer got lost can be sent again without doing anything twice. A
refused request leaves nothing, so its key is free again.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    LargeBinary,
    String,
    bindparam,
    delete,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column
from starlette.responses import Response

from database import clock, keys
from database.columns import Sealed, UtcDateTime
from database.declarative import Base, table_of
from database.prepared import Prepared
from database.refusals import Conflict, Invalid, InvariantBroken

MAX_KEY_LENGTH = 200
# Whoever asks again does so within days; the kept answer may show personal data.
KEPT = timedelta(days=30)
SECRETS = frozenset({"password", "new_password"})


class IdempotencyKey(Base):
    """A request of one person, by the key he gave it, and the answer it got.

    The answer is sealed since it may show personal data; the fingerprint is keyed, so that a body
    can't be guessed from it, and leaves passwords out.
    """

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("ix_idempotency_keys_at", "at"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(MAX_KEY_LENGTH), primary_key=True)
    route: Mapped[str] = mapped_column(String(120))
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))
    status: Mapped[int | None]
    body: Mapped[str | None] = mapped_column(Sealed("idempotency_keys.body"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


_KEYS = table_of(IdempotencyKey)
# Insert unless the key is taken, answering the key where it was inserted: both databases speak this
# sentence, but SQLAlchemy says it in two dialects.
_TAKE = {
    name: Prepared(insert(_KEYS).on_conflict_do_nothing().returning(_KEYS.c.key))
    for name, insert in (("postgresql", postgresql.insert), ("sqlite", sqlite.insert))
}
_KEEP = Prepared(
    update(_KEYS).where(
        _KEYS.c.account_id == bindparam("of_account"), _KEYS.c.key == bindparam("of_key")
    )
)


class KeyMissing(Invalid):
    """Give this request a key of its own in the header Idempotency-Key, the same when you repeat it."""

    rule = "idempotency.key_missing"


class KeyMalformed(Invalid):
    """An Idempotency-Key has 1 to 200 visible ASCII characters."""

    rule = "idempotency.key_malformed"


class KeyReused(Conflict):
    """This Idempotency-Key was used for another request: give each request a key of its own."""

    rule = "idempotency.key_reused"


class Replayed(Exception):  # noqa: N818
    """The request was answered before; carries that answer to the edge. Not a refusal."""

    def __init__(self, answer: Response) -> None:
        super().__init__("answered before")
        self.answer = answer


def checked_key(header: str | None) -> str:
    """The key of a request. Raises KeyMissing, KeyMalformed."""
    if header is None:
        raise KeyMissing
    if not 1 <= len(header) <= MAX_KEY_LENGTH or not all("!" <= c <= "~" for c in header):
        raise KeyMalformed
    return header


def fingerprint(method: str, path: str, body: Any) -> bytes:
    """What makes a request the same: method, path and body, keyed, without passwords."""
    said = json.dumps([method, path, _without_secrets(body)], sort_keys=True, ensure_ascii=True)
    return keys.current().mac("idempotency", said.encode())


def take(session: Session, account_id: int, key: str, route: str, mark: bytes) -> None:
    """Take the key for this request; on PostgreSQL a second one waits here for the first to end.

    Raises Replayed with the stored answer, or KeyReused where the key stands for another request.
    """
    values = {
        "account_id": account_id,
        "key": key,
        "route": route,
        "fingerprint": mark,
        "at": clock.now(session),
    }
    if _TAKE[session.get_bind().dialect.name].first(session, values) is not None:
        return
    before = session.execute(
        select(IdempotencyKey.fingerprint, IdempotencyKey.status, IdempotencyKey.body).where(
            IdempotencyKey.account_id == account_id, IdempotencyKey.key == key
        )
    ).one()
    if bytes(before.fingerprint) != mark:
        raise KeyReused
    if before.status is None or before.body is None:
        raise InvariantBroken("an idempotency key was committed without its answer")
    answer = Response(before.body.encode(), before.status, media_type="application/json")
    answer.headers["idempotency-replayed"] = "true"
    raise Replayed(answer)


def keep(session: Session, account_id: int, key: str, status: int, content: bytes) -> None:
    """Store the answer with the effect it tells of."""
    answered = {"status": status, "body": content.decode()}
    _KEEP.write(session, {"of_account": account_id, "of_key": key, **answered})


def remove_old(session: Session, now: datetime, most: int) -> int:
    """Remove keys and answers of requests more than thirty days old; at most so many, how many."""
    place = tuple_(_KEYS.c.account_id, _KEYS.c.key)
    old = select(_KEYS.c.account_id, _KEYS.c.key).where(_KEYS.c.at < now - KEPT).limit(most)
    removed = delete(_KEYS).where(place.in_(old)).returning(_KEYS.c.key)
    return len(session.execute(removed).all())


def _without_secrets(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _without_secrets(v) for k, v in value.items() if k not in SECRETS}
    if isinstance(value, list):
        return [_without_secrets(member) for member in value]
    return value
