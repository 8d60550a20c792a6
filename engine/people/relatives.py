"""Declaring relatives (亲属回避), journalled without saying who they are; and who reads the declarations."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from authz import decisions, epoch
from authz.actors import Actor
from authz.acts import Act
from authz.offices import agencies
from authz.offices.accounts import Account
from authz.personnel import relatives
from authz.personnel.relative_record import Relative, RelativeEnd
from authz.personnel.relatives import (
    AlreadyEnded,
    RelativeEntry,
    RelativeInvalid,
    RelativeLine,
    RelativeNotFound,
)
from database import clock
from engine import office_record
from engine.office_record import Noted
from register import identity
from register.identity import IdNumberRefused

READ = "read_relatives"
DECLARED, ENDED = "relative_declared", "relative_ended"
PAGE = 50
NOTED: Noted = {
    Relative: (
        ("person_id", "valid_from", "valid_to", "declared_by", "declared_at"),
        ("id_no", "id_no_index", "name", "relation"),
    ),
    RelativeEnd: (("declaration_id", "last_on", "ended_by", "ended_at"), ()),
}


def declare(session: Session, actor: Actor, entry: RelativeEntry) -> Relative:
    """Declare a relative of one's own; his cases are refused from the very next request.

    Raises RelativeInvalid with every wrong field.
    """
    epoch.hold_alone(session)
    wrong = [*_number_errors(session, actor, entry), *relatives.date_errors(session, entry)]
    if wrong:
        raise RelativeInvalid(errors=[{"field": f, "message": m, "rule": r} for f, m, r in wrong])
    made = relatives.declare(session, actor.person_id, actor.account_id, entry)
    epoch.bump(session)
    detail = {"declaration": made.declaration_id}
    office_record.note(
        session, actor.agency, DECLARED, [made], actor=actor, detail=detail, noted=NOTED
    )
    return made


def end(session: Session, actor: Actor, declaration_id: int) -> RelativeEnd:
    """End a declaration of one's own with this day. Raises RelativeNotFound, AlreadyEnded."""
    epoch.hold_alone(session)
    found = session.get(Relative, declaration_id)
    if found is None or found.person_id != actor.person_id:
        raise RelativeNotFound
    ended = select(RelativeEnd.end_id).where(RelativeEnd.declaration_id == declaration_id)
    today = clock.today(session)
    over = found.valid_to is not None and found.valid_to < today
    if over or session.execute(ended).scalar_one_or_none() is not None:
        raise AlreadyEnded(facts={"declaration_id": declaration_id})
    made = relatives.end(session, found, actor.account_id)
    epoch.bump(session)
    detail = {"declaration": declaration_id}
    office_record.note(
        session, actor.agency, ENDED, [made], actor=actor, detail=detail, noted=NOTED
    )
    return made


def mine(session: Session, actor: Actor) -> Sequence[RelativeLine]:
    """One's own declarations, newest first."""
    return relatives.lines(session, Relative.person_id == actor.person_id, limit=PAGE)


def listing(
    session: Session, actor: Actor, *, before: int | None = None, limit: int = PAGE
) -> Sequence[RelativeLine]:
    """The declarations of one's own agency's staff and that below, newest first. Raises Forbidden."""
    decisions.require(session, actor, Act(READ, agency=actor.agency))
    wanted: list[ColumnElement[bool]] = [
        Account.agency_code.in_(agencies.below(session, actor.agency))
    ]
    if before is not None:
        wanted.append(Relative.declaration_id < before)
    return relatives.lines(session, *wanted, limit=limit)


def _number_errors(
    session: Session, actor: Actor, entry: RelativeEntry
) -> Sequence[tuple[str, str, str]]:
    try:
        identity.check_id_no(entry.id_no, clock.today(session))
    except IdNumberRefused as wrong:
        return [("id_no", wrong.detail, wrong.rule)]
    return relatives.number_errors(session, actor.person_id, actor.id_no_index, entry)
