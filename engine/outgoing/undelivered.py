"""What became of messages: those of a case for who works on it, those that died for who runs the system."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.offices import agencies
from database import clock
from database.clock import moment_text
from database.declarative import table_of
from database.refusals import Conflict, NotFound
from engine.outgoing import message_kinds, notice_contacts, outbox
from engine.outgoing.outbox_record import AGAIN, DEAD, WAITING, OutboxMessage
from engine.record import Case

READ, SEND_AGAIN = "read_undelivered", "send_again"
PAGE = 50
_OUTBOX = table_of(OutboxMessage)


class MessageNotFound(NotFound):
    """There is no such message, or it is not yours to see."""

    rule = "outbox.not_found"


class MessageNotDead(Conflict):
    """This message was sent, or is still being tried: there is nothing to send again."""

    rule = "outbox.not_dead"


def of_case(session: Session, case_id: int) -> list[dict[str, Any]]:
    """The messages about a case, the oldest first, with channel, state and a masked address."""
    contact = notice_contacts.of_case(session, case_id)
    address = None if contact is None else notice_contacts.masked(contact.address)
    asked = select(OutboxMessage).where(OutboxMessage.case_id == case_id)
    rows = session.execute(asked.order_by(OutboxMessage.message_id)).scalars().all()
    return [{**_shown(row), "address": None if row.post else address} for row in rows]


def dead(session: Session, actor: Actor, cursor: str | None = None) -> dict[str, Any]:
    """A page of dead messages of one's agency and those below, the newest first. Raises Forbidden."""
    decisions.require(session, actor, Act(READ, agency=actor.agency))
    below = agencies.below(session, actor.agency)
    mine = (
        select(OutboxMessage, Case.case_no)
        .join(Case, Case.case_id == OutboxMessage.case_id)
        .where(OutboxMessage.state == DEAD, OutboxMessage.agency_code.in_(below))
    )
    asked = mine if cursor is None else mine.where(OutboxMessage.message_id < int(cursor))
    newest = asked.order_by(OutboxMessage.message_id.desc()).limit(PAGE + 1)
    found = session.execute(newest).all()
    rows = found[:PAGE]
    return {
        "items": [
            {**_shown(row), "case_no": case_no, "agency": row.agency_code} for row, case_no in rows
        ],
        "next_cursor": str(rows[-1][0].message_id) if len(found) > PAGE else None,
    }


def send_again(session: Session, actor: Actor, message_id: int) -> dict[str, Any]:
    """Let a dead message be tried anew, from now on. Raises MessageNotFound, Forbidden, MessageNotDead."""
    asked = select(OutboxMessage).where(OutboxMessage.message_id == message_id).with_for_update()
    message = session.execute(asked).scalar_one_or_none()
    if message is None or message.agency_code not in agencies.below(session, actor.agency):
        raise MessageNotFound
    decisions.require(session, actor, Act(SEND_AGAIN, agency=message.agency_code))
    if message.state != DEAD:
        raise MessageNotDead
    now = clock.now(session)
    outbox.note(session, message, now, AGAIN, actor=actor)
    session.execute(
        update(_OUTBOX)
        .where(_OUTBOX.c.message_id == message_id)
        .values(state=WAITING, next_at=now, attempts=0, failing=None, ended_at=None)
    )
    session.refresh(message)
    return _shown(message)


def _shown(row: OutboxMessage) -> dict[str, Any]:
    names = message_kinds.NAMES[row.kind]
    return {
        "message_id": row.message_id,
        "key": row.message_key,
        "kind": {"code": row.kind, "zh": names.zh, "en": names.en},
        "post": row.post,
        "channel": row.channel,
        "language": row.language,
        "state": row.state,
        "attempts": row.attempts,
        "failing": row.failing,
        "made_at": moment_text(row.made_at),
        "next_at": moment_text(row.next_at) if row.state == WAITING else None,
        "ended_at": None if row.ended_at is None else moment_text(row.ended_at),
    }
