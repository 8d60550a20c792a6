"""Saved queues (保存的筛选): a person's own choice of filters, and those a supervisor shares with a post.

They narrow what somebody sees anyway, and decide nothing: the journal tells who shared and removed one.
"""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, ForeignKey, String, and_, func, insert, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from authz import decisions, epoch
from authz.actors import Actor
from authz.acts import Act
from authz.offices.accounts import Account
from authz.offices.posts import POSTS
from database import clock
from database.columns import BigId, Json, Sealed, UtcDateTime
from database.declarative import Base
from database.refusals import Conflict, Invalid, NotFound
from engine import journal
from engine.queueing import queue_filters, queue_pages

SHARE = "share_queue"
MOST = 20
MOST_SHARED = 20
LONGEST_ID = 15


class SavedQueue(Base):
    """One saved choice; its name is somebody's own words and is sealed. ``post``: with whom it is shared."""

    __tablename__ = "saved_queues"

    saved_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    post: Mapped[str | None] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(Sealed("saved_queues.name"))
    asked: Mapped[dict[str, str]] = mapped_column(Json)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SavedEntry(BaseModel):
    """What is saved: a queue with its filters as an address says them, and with which post it is shared."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    name: str = Field(min_length=1, max_length=40)
    queue: str = Field(min_length=1, max_length=20)
    asked: dict[str, str] = Field(default_factory=dict, max_length=15)
    post: str | None = Field(default=None, min_length=1, max_length=32)


class SavedTooMany(Conflict):
    """That is as many saved queues as there may be: remove one first."""

    rule = "queue.saved_too_many"


class SavedNotFound(NotFound):
    """There is no such saved queue, or it is not yours."""

    rule = "queue.saved_not_found"


class PostUnknown(Invalid):
    """A queue is shared with a post that there is."""

    rule = "queue.post"


def save(session: Session, actor: Actor, entry: SavedEntry) -> SavedQueue:
    """Keep a choice for oneself, or share it with a post of one's agency, which takes the right to.

    Raises Forbidden, QueueUnknown, FilterInvalid, PostUnknown, SavedTooMany.
    """
    epoch.hold(session)
    if entry.post is not None:
        decisions.require(session, actor, Act(SHARE, agency=actor.agency))
        if entry.post not in POSTS:
            raise PostUnknown
    else:
        queue_pages.named(actor, entry.queue)
    asked = queue_filters.of_address(entry.asked)
    own = SavedQueue.account_id == actor.account_id if entry.post is None else _of_agency(actor)
    limit = MOST if entry.post is None else MOST_SHARED
    if session.execute(_counted(own, shared=entry.post is not None)).scalar_one() >= limit:
        raise SavedTooMany
    row: dict[str, Any] = {
        "agency_code": actor.agency,
        "account_id": actor.account_id,
        "post": entry.post,
        "name": entry.name,
        "asked": {"queue": entry.queue, **asked.said()},
        "saved_at": clock.now(session),
    }
    made = session.execute(insert(SavedQueue).returning(SavedQueue), [row]).scalar_one()
    if entry.post is not None:
        _note(session, actor, "queue_shared", made)
    return made


def remove(session: Session, actor: Actor, saved_id: str) -> SavedQueue:
    """Take one away: one's own, or what is shared at one's agency. Raises SavedNotFound, Forbidden."""
    epoch.hold(session)
    named = saved_id.isascii() and saved_id.isdecimal() and len(saved_id) <= LONGEST_ID
    found = session.get(SavedQueue, int(saved_id)) if named else None
    if found is None or found.removed_at is not None or found.agency_code != actor.agency:
        raise SavedNotFound
    if found.post is not None:
        decisions.require(session, actor, Act(SHARE, agency=actor.agency))
    elif found.account_id != actor.account_id:
        raise SavedNotFound
    found.removed_at = clock.now(session)
    session.flush()
    if found.post is not None:
        _note(session, actor, "queue_unshared", found)
    return found


def seen(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """What a person saved, what is shared with his posts, and for who may share all that is shared."""
    shared: ColumnElement[bool] = SavedQueue.post.in_(actor.works_as)
    if may_share(session, actor):
        shared = SavedQueue.post.is_not(None)
    own = and_(SavedQueue.post.is_(None), SavedQueue.account_id == actor.account_id)
    found = session.execute(
        select(SavedQueue, Account.staff_no)
        .join(Account, Account.account_id == SavedQueue.account_id)
        .where(
            SavedQueue.agency_code == actor.agency,
            SavedQueue.removed_at.is_(None),
            or_(own, shared),
        )
        .order_by(SavedQueue.saved_id)
    )
    return [shown(row, staff_no) for row, staff_no in found]


def may_share(session: Session, actor: Actor) -> bool:
    """Whether somebody may share a queue at his agency."""
    return decisions.may(session, actor, Act(SHARE, agency=actor.agency)) is not None


def shown(row: SavedQueue, staff_no: str) -> dict[str, Any]:
    """A saved queue as answers show it."""
    asked = dict(row.asked)
    return {
        "saved_id": row.saved_id,
        "name": row.name,
        "queue": asked.pop("queue"),
        "asked": asked,
        "post": row.post,
        "saved_by": staff_no,
    }


def _of_agency(actor: Actor) -> ColumnElement[bool]:
    return SavedQueue.agency_code == actor.agency


def _counted(own: ColumnElement[bool], *, shared: bool) -> Any:
    kind = SavedQueue.post.is_not(None) if shared else SavedQueue.post.is_(None)
    return select(func.count()).where(own, kind, SavedQueue.removed_at.is_(None))


def _note(session: Session, actor: Actor, action: str, row: SavedQueue) -> None:
    said = {"saved_id": row.saved_id, "post": row.post, "asked": row.asked}
    journal.append_office(session, actor.agency, action, actor=actor, detail=said)
