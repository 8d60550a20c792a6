"""The outbox: what is to be told is a row in the transaction that makes it due, and is sent from there later.

Writing it costs the command one insert, and none where nobody is to be told. Delivery is at least once: a row
is leased, sent outside of any transaction, and noted; what dies in between is sent again under the same key.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, String, bindparam, insert, literal_column, or_, select, update
from sqlalchemy.orm import Session

from database.columns import BigId, UtcDateTime
from database.declarative import table_of
from database.prepared import Prepared
from engine import office_record
from engine.journal import Chain
from engine.outgoing import message_kinds
from engine.outgoing.message_kinds import Told
from engine.outgoing.message_plan import Plan
from engine.outgoing.notice_contacts import MAIL, NoticeContact
from engine.outgoing.outbox_record import (
    DEAD,
    NOTED,
    SENT,
    WAITING,
    MessageOutcome,
    OutboxMessage,
)
from engine.record import Case

# Longer than a carrier takes at its slowest: until then nobody else sends the same message.
LEASE = timedelta(minutes=5)
FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=1), timedelta(hours=4)
# Together they go on for about a day and a half.
MOST_ATTEMPTS = 14
# The entry of a new case whose applicant wants to be told.
GIVEN = "contact_given"

_OUTBOX, _CONTACTS = table_of(OutboxMessage), table_of(NoticeContact)
_INSERT = Prepared(insert(_OUTBOX))
_COLUMNS = (
    "message_key", "case_id", "agency_code", "kind", "of_agency", "due_on", "made_at", "next_at",
    "state", "attempts", "lease_no", "channel", "language",
)  # fmt: skip
_TO_APPLICANT = insert(_OUTBOX).from_select(
    _COLUMNS,
    select(
        bindparam("message_key", type_=String),
        _CONTACTS.c.case_id,
        _CONTACTS.c.agency_code,
        bindparam("kind", type_=String),
        _CONTACTS.c.agency_code,
        bindparam("due_on", type_=Date),
        bindparam("now", type_=UtcDateTime),
        bindparam("now", type_=UtcDateTime),
        literal_column(f"'{WAITING}'"),
        literal_column("0"),
        literal_column("0"),
        _CONTACTS.c.channel,
        _CONTACTS.c.language,
    ).where(_CONTACTS.c.case_id == bindparam("of_case", type_=BigId)),
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that this node sends, under the number of its lease."""

    message_id: int
    lease_no: int
    attempts: int


def key(case_no: str, seq: int, post: str | None = None) -> str:
    """What names a message: the journal entry it tells of, and for staff the post."""
    return f"{case_no}-{seq}" if post is None else f"{case_no}-{seq}-{post}"[:48]


def keep(session: Session, plan: Plan, case: Case, chain: Chain, now: datetime) -> None:
    """Write the new entries of a case's journal, and with them whatever they make due."""
    put(session, plan, case, chain.pending, now)
    chain.flush(session)
    case.journal_seq, case.journal_head = chain.seq, chain.head


def put(
    session: Session,
    plan: Plan,
    case: Case,
    entries: Sequence[Mapping[str, Any]],
    now: datetime,
) -> None:
    """Write what the entries of one command make due.

    Nothing is read: of an applicant without a contact the database itself writes no row. Of a new case it is
    known whether he gave one.
    """
    if not plan.channels:
        return
    actions = {entry["action"] for entry in entries}
    told = message_kinds.for_applicant(entries)
    if told is not None and ("accepted" not in actions or GIVEN in actions):
        said = {
            "message_key": key(case.case_no, told.seq),
            "kind": told.kind,
            "due_on": case.due_on,
            "now": now,
            "of_case": case.case_id,
        }
        session.execute(_TO_APPLICANT, said)
    for one in message_kinds.for_staff(entries) if case.risk_level == 1 else ():
        if plan.mailboxes(str(one.agency), str(one.post)):
            _INSERT.write(session, _for_post(case, one, case.due_on, now))


def _for_post(case: Case, one: Told, due_on: date, now: datetime) -> dict[str, Any]:
    return {
        "message_key": key(case.case_no, one.seq, one.post),
        "case_id": case.case_id,
        "agency_code": case.agency_code,
        "kind": one.kind,
        "post": one.post,
        "of_agency": one.agency,
        "channel": MAIL,
        "language": "zh",
        "due_on": due_on,
        "made_at": now,
        "state": WAITING,
        "next_at": now,
        "attempts": 0,
        "lease_no": 0,
        "leased_until": None,
        "failing": None,
        "ended_at": None,
    }


def claim(session: Session, now: datetime) -> Claim | None:
    """Take the message that is due longest and that nobody is at; None where there is none."""
    free = or_(_OUTBOX.c.leased_until.is_(None), _OUTBOX.c.leased_until <= now)
    wanted = (_OUTBOX.c.state == WAITING, _OUTBOX.c.next_at <= now, free)
    first = (
        select(_OUTBOX.c.message_id)
        .where(*wanted)
        .order_by(_OUTBOX.c.next_at, _OUTBOX.c.message_id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    row = session.execute(
        update(_OUTBOX)
        .where(_OUTBOX.c.message_id == first, *wanted)
        .values(
            lease_no=_OUTBOX.c.lease_no + 1,
            leased_until=now + LEASE,
            attempts=_OUTBOX.c.attempts + 1,
        )
        .returning(_OUTBOX.c.message_id, _OUTBOX.c.lease_no, _OUTBOX.c.attempts)
    ).one_or_none()
    return None if row is None else Claim(*row)


def succeed(session: Session, held: Claim, now: datetime, text_sha256: str) -> bool:
    """Note that a message was sent; False where its lease had run out and another sends it."""
    return _end(session, held, now, SENT, text_sha256=text_sha256)


def fail(session: Session, held: Claim, now: datetime, reason: str, *, for_good: bool) -> bool:
    """Note that it couldn't be sent: tried again, later each time, or dead with its reason; whether dead."""
    if for_good or held.attempts >= MOST_ATTEMPTS:
        return _end(session, held, now, DEAD, reason=reason)
    wait = min(FIRST_RETRY * 2 ** (held.attempts - 1), LONGEST_RETRY)
    _change(session, held, {"next_at": now + wait, "failing": reason})
    return False


def _end(
    session: Session,
    held: Claim,
    now: datetime,
    state: str,
    *,
    reason: str | None = None,
    text_sha256: str | None = None,
) -> bool:
    values = {"state": state, "failing": reason, "ended_at": now}
    message = _change(session, held, values)
    if message is None:
        return False
    note(session, message, now, state, reason=reason, text_sha256=text_sha256)
    return True


def _change(session: Session, held: Claim, values: Mapping[str, Any]) -> OutboxMessage | None:
    mine = (_OUTBOX.c.message_id == held.message_id, _OUTBOX.c.lease_no == held.lease_no)
    changed = update(_OUTBOX).where(*mine, _OUTBOX.c.state == WAITING)
    changed = changed.values(leased_until=None, **values)
    if session.execute(changed.returning(_OUTBOX.c.message_id)).first() is None:
        return None
    return session.get_one(OutboxMessage, held.message_id, populate_existing=True)


def note(
    session: Session, message: OutboxMessage, now: datetime, outcome: str, **said: Any
) -> None:
    """Record and journal what came of a message; ``said``: reason, text_sha256, actor."""
    actor = said.pop("actor", None)
    case_no = session.execute(
        select(Case.case_no).where(Case.case_id == message.case_id)
    ).scalar_one()
    row = {
        "message_key": message.message_key,
        "case_no": case_no,
        "agency_code": message.agency_code,
        "kind": message.kind,
        "outcome": outcome,
        "channel": message.channel,
        "attempts": message.attempts,
        "reason": None,
        "text_sha256": None,
        "recorded_by": actor and actor.account_id,
        "recorded_at": now,
        **said,
    }
    made = session.execute(insert(MessageOutcome).returning(MessageOutcome), [row]).scalar_one()
    office_record.note(
        session, message.agency_code, f"message_{outcome}", [made], actor=actor, noted=NOTED
    )
