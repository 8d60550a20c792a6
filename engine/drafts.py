"""Drafts (草稿): what a member of staff has typed and not yet sent, kept for him alone.

A draft is no record: nothing was done yet, so nothing is journalled. It holds personal data as typed,
so it is sealed, seen by its owner only, and gone after thirty days.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import ForeignKey, Index, String, delete, func, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from authz.actors import Actor
from database import clock, identifiers
from database.columns import SealedJson, UtcDateTime
from database.declarative import Base
from database.refusals import Conflict, Invalid, NotFound

MAX_BYTES = 64 * 1024
MOST = 100
KEPT = timedelta(days=30)


class StoredDraft(Base):
    """One draft of one account; ``content`` is as typed, and nobody has judged it."""

    __tablename__ = "drafts"
    __table_args__ = (Index(None, "account_id"), Index(None, "saved_at"))

    draft_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    process: Mapped[str] = mapped_column(String(40))
    content: Mapped[dict[str, Any]] = mapped_column(SealedJson("drafts.content"))
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as its owner reads it."""

    draft_id: str
    process: str
    content: dict[str, Any]
    saved_at: datetime


class DraftNotFound(NotFound):
    """There is no such draft, or it is not yours."""

    rule = "draft.not_found"


class DraftTooLarge(Invalid):
    """A draft holds at most 64 KiB of JSON."""

    rule = "draft.too_large"


class TooManyDrafts(Conflict):
    """You have 100 drafts: send or discard some before you begin another."""

    rule = "draft.too_many"


_COLUMNS = (StoredDraft.draft_id, StoredDraft.process, StoredDraft.content, StoredDraft.saved_at)


def save(
    session: Session, actor: Actor, draft_id: str | None, process: str, content: dict[str, Any]
) -> Draft:
    """Keep a new draft (``draft_id`` None), or write over one of one's own.

    Drafts that nobody has saved for thirty days are removed on the way, whoever left them: they hold
    personal data that no business needs. Raises DraftNotFound, DraftTooLarge, TooManyDrafts.
    """
    _fits(content)
    now = clock.now(session)
    session.execute(delete(StoredDraft).where(StoredDraft.saved_at < now - KEPT))
    if draft_id is None:
        return _new(session, actor, process, content, now)
    changed = session.execute(
        update(StoredDraft)
        .where(StoredDraft.draft_id == draft_id, StoredDraft.account_id == actor.account_id)
        .values(process=process, content=content, saved_at=now)
        .returning(StoredDraft.draft_id)
    ).one_or_none()
    if changed is None:
        raise DraftNotFound
    return Draft(draft_id, process, content, now)


def remove_old(session: Session, now: datetime, most: int) -> int:
    """Remove drafts that nobody has saved for thirty days; at most so many, how many."""
    old = select(StoredDraft.draft_id).where(StoredDraft.saved_at < now - KEPT).limit(most)
    removed = delete(StoredDraft).where(StoredDraft.draft_id.in_(old))
    return len(session.execute(removed.returning(StoredDraft.draft_id)).all())


def mine(session: Session, actor: Actor) -> list[Draft]:
    """One's own drafts, the latest first."""
    rows = session.execute(
        select(*_COLUMNS)
        .where(StoredDraft.account_id == actor.account_id)
        .order_by(StoredDraft.saved_at.desc(), StoredDraft.draft_id)
    )
    return [Draft(*row) for row in rows]


def get(session: Session, actor: Actor, draft_id: str) -> Draft:
    """One of one's own drafts. Raises DraftNotFound, also for another's."""
    row = session.execute(
        select(*_COLUMNS).where(
            StoredDraft.draft_id == draft_id, StoredDraft.account_id == actor.account_id
        )
    ).one_or_none()
    if row is None:
        raise DraftNotFound
    return Draft(*row)


def drop(session: Session, actor: Actor, draft_id: str) -> None:
    """Remove one of one's own drafts: discarded, or done with. Raises DraftNotFound."""
    gone = session.execute(
        delete(StoredDraft)
        .where(StoredDraft.draft_id == draft_id, StoredDraft.account_id == actor.account_id)
        .returning(StoredDraft.draft_id)
    ).one_or_none()
    if gone is None:
        raise DraftNotFound


def _new(
    session: Session, actor: Actor, process: str, content: dict[str, Any], now: datetime
) -> Draft:
    kept = select(func.count()).where(StoredDraft.account_id == actor.account_id)
    if session.execute(kept).scalar_one() >= MOST:
        raise TooManyDrafts
    draft = Draft(identifiers.new_id(), process, content, now)
    row = {
        "draft_id": draft.draft_id,
        "account_id": actor.account_id,
        "process": process,
        "content": content,
        "saved_at": now,
    }
    session.execute(insert(StoredDraft), [row])
    return draft


def _fits(content: Mapping[str, Any]) -> None:
    if len(orjson.dumps(content)) > MAX_BYTES:
        raise DraftTooLarge
