"""Taking on staff, journalled: who has an account and which posts, in the stream of his agency."""

from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.offices import accounts
from authz.offices.posts import PostHolding
from authz.personnel import staff_entry, staffing
from authz.personnel.staff_entry import AccountEntry, AppointmentEntry
from database import clock
from engine import office_record
from register import identity
from register.identity import IdNumberRefused

OPENED, CLOSED = "account_opened", "account_closed"
APPOINTED, DISMISSED = "appointed", "dismissed"


def open_account(session: Session, actor: Actor, entry: AccountEntry) -> int:
    """Open an account and journal it; its id. Raises as ``staffing.open_account``."""
    decisions.require(session, actor, Act(staffing.ACCOUNT, agency=actor.agency))
    try:
        identity.check_id_no(entry.id_no, clock.today(session))
    except IdNumberRefused as wrong:
        staff_entry.refuse([("id_no", wrong.detail, wrong.rule)])
    account_id = staffing.open_account(session, actor, entry)
    office_record.note_account(session, account_id, OPENED, actor=actor)
    return account_id


def close_account(session: Session, actor: Actor, staff_no: str) -> int:
    """Close an account and journal it; its id. Raises as ``staffing.close_account``."""
    account_id = staffing.close_account(session, actor, staff_no)
    office_record.note_account(session, account_id, CLOSED, actor=actor)
    return account_id


def appoint(session: Session, actor: Actor, entry: AppointmentEntry) -> PostHolding:
    """Appoint to a post and journal it. Raises as ``staffing.appoint``."""
    holding = staffing.appoint(session, actor, entry)
    _note(session, actor, APPOINTED, holding)
    return holding


def dismiss(session: Session, actor: Actor, holding_id: int) -> PostHolding:
    """Take a post back and journal it. Raises as ``staffing.dismiss``."""
    holding = staffing.dismiss(session, actor, holding_id)
    _note(session, actor, DISMISSED, holding)
    return holding


def _note(session: Session, actor: Actor, action: str, holding: PostHolding) -> None:
    detail = {
        "for": accounts.get(session, holding.account_id).staff_no,
        "post": holding.post,
        "agency": holding.agency_code,
    }
    office_record.note(session, holding.agency_code, action, [holding], actor=actor, detail=detail)
