"""Leaves, desks left for a while and signers whom the city names, journalled in the stream of the agency."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from authz.absence import desk_pauses, leaves, named_signers
from authz.absence.absence_record import DeskPause, DeskPauseEnd, Leave, LeaveConfirmation, LeaveEnd
from authz.absence.desk_pauses import PauseEntry
from authz.absence.leaves import LeaveEntry
from authz.absence.named_signer_record import NamedSigner, NamedSignerEnd
from authz.absence.named_signers import NamingEntry
from authz.actors import Actor
from authz.offices import accounts
from database.clock import moment_text
from database.declarative import Base
from engine import office_record
from engine.office_record import Noted

ENTERED, CONFIRMED, ENDED = "leave_entered", "leave_confirmed", "leave_ended"
PAUSED, BACK = "desk_left", "desk_taken_again"
NAMED, NAMING_ENDED = "signer_named", "signer_naming_ended"
NOTED: Noted = {
    Leave: (
        ("account_id", "person_id", "agency_code", "valid_from", "valid_to", "entered_by", "entered_at"),
        ("kind", "permitted_by"),
    ),
    LeaveConfirmation: (("leave_id", "confirmed_by", "confirmed_at"), ()),
    LeaveEnd: (("leave_id", "ended_by", "ended_at"), ()),
    DeskPause: (
        ("account_id", "person_id", "agency_code", "began_at", "away_from"),
        ("contact",),
    ),
    DeskPauseEnd: (("pause_id", "ended_by", "ended_at"), ()),
    NamedSigner: (
        (
            "deputy_id", "post", "agency_code", "valid_from", "valid_to", "registered_by",
            "registered_at",
        ),
        ("basis",),
    ),
    NamedSignerEnd: (("naming_id", "ended_by", "ended_at"), ()),
}  # fmt: skip


def enter(session: Session, actor: Actor, entry: LeaveEntry) -> tuple[Leave, bool]:
    """Enter a leave and journal it; whether it counts already. Raises as ``leaves.enter``."""
    made, confirmed = leaves.enter(session, actor, entry)
    rows: list[Base] = [made] if confirmed is None else [made, confirmed]
    _note_leave(session, actor, ENTERED, made, rows)
    return made, confirmed is not None


def confirm(session: Session, actor: Actor, leave_id: int) -> Leave:
    """Confirm a leave and journal that. Raises as ``leaves.confirm``."""
    found, made = leaves.confirm(session, actor, leave_id)
    _note_leave(session, actor, CONFIRMED, found, [made])
    return found


def end(session: Session, actor: Actor, leave_id: int) -> Leave:
    """End a leave and journal that. Raises as ``leaves.end``."""
    found, made = leaves.end(session, actor, leave_id)
    _note_leave(session, actor, ENDED, found, [made])
    return found


def leave_desk(session: Session, actor: Actor, entry: PauseEntry) -> DeskPause:
    """Leave one's desk and journal it. Raises as ``desk_pauses.begin``."""
    made = desk_pauses.begin(session, actor, entry)
    _note(session, actor, actor.agency, PAUSED, [made], {"away_from": moment_text(made.away_from)})
    return made


def come_back(session: Session, actor: Actor) -> DeskPause:
    """Be back at one's desk and journal it. Raises as ``desk_pauses.back``."""
    found, made = desk_pauses.back(session, actor)
    _note(session, actor, found.agency_code, BACK, [made], {"pause": found.pause_id})
    return found


def name_signer(session: Session, actor: Actor, entry: NamingEntry) -> NamedSigner:
    """Name a signer for a county and journal it. Raises as ``named_signers.register``."""
    made = named_signers.register(session, actor, entry)
    _note_naming(session, actor, NAMED, made, made)
    return made


def end_naming(session: Session, actor: Actor, naming_id: int) -> NamedSigner:
    """End a naming and journal that. Raises as ``named_signers.end``."""
    found, made = named_signers.end(session, actor, naming_id)
    _note_naming(session, actor, NAMING_ENDED, found, made)
    return found


def _note_leave(
    session: Session, actor: Actor, action: str, leave: Leave, rows: Iterable[Base]
) -> None:
    detail = {
        "leave": leave.leave_id,
        "for": accounts.get(session, leave.account_id).staff_no,
        "from": leave.valid_from.isoformat(),
        "to": leave.valid_to.isoformat(),
    }
    _note(session, actor, leave.agency_code, action, rows, detail)


def _note_naming(
    session: Session, actor: Actor, action: str, found: NamedSigner, made: Base
) -> None:
    detail = {
        "naming": found.naming_id,
        "for": accounts.get(session, found.deputy_id).staff_no,
        "post": found.post,
        "agency": found.agency_code,
        "from": found.valid_from.isoformat(),
        "to": found.valid_to.isoformat(),
    }
    _note(session, actor, found.agency_code, action, [made], detail)


def _note(
    session: Session,
    actor: Actor,
    agency: str,
    action: str,
    rows: Iterable[Base],
    detail: dict[str, Any],
) -> None:
    office_record.note(session, agency, action, rows, actor=actor, detail=detail, noted=NOTED)
