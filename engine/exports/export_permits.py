"""Letting somebody take out more rows about people today than his post may, by internal control."""

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.offices import agencies
from authz.offices.accounts import Account
from database import clock
from database.refusals import Forbidden, NotFound
from engine import office_record
from engine.exports.export_record import NOTED, ExportPermit
from engine.exports.exporting import PERMIT

MOST_ROWS = 100_000


class ExportPermitEntry(BaseModel):
    """Who may take out how many rows more today, and why."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    staff_no: str = Field(min_length=1, max_length=20)
    more_rows: int = Field(ge=1, le=MOST_ROWS)
    reason: str = Field(min_length=1, max_length=200)


class ExportPermitUnknown(NotFound):
    """There is no such member of staff in your agency or below it."""

    rule = "export.nobody"


class ExportPermitToSelf(Forbidden):
    """Nobody permits himself to take out more: another person of internal control does."""

    rule = "export.to_self"


def permit(session: Session, actor: Actor, entry: ExportPermitEntry) -> ExportPermit:
    """Enter and journal a permit for today. Raises Forbidden, ExportPermitUnknown, ExportPermitToSelf."""
    decisions.require(session, actor, Act(PERMIT, agency=actor.agency))
    within = agencies.tree(session).within(actor.agency)
    asked = select(Account).where(
        Account.staff_no == entry.staff_no, Account.agency_code.in_(within), Account.active
    )
    account = session.execute(asked).scalar_one_or_none()
    if account is None:
        raise ExportPermitUnknown
    act = Act(PERMIT, agency=account.agency_code)
    decisions.require(session, actor, act)
    if account.person_id == actor.person_id:
        raise ExportPermitToSelf(who_can=decisions.who_can(session, act, without=[actor.person_id]))
    row = {
        "agency_code": account.agency_code,
        "account_id": account.account_id,
        "day": clock.today(session),
        "more_rows": entry.more_rows,
        "reason": entry.reason,
        "permitted_by": actor.account_id,
        "permitted_at": clock.now(session),
    }
    made = session.execute(insert(ExportPermit).returning(ExportPermit), [row]).scalar_one()
    office_record.note(
        session, account.agency_code, "export_permitted", [made], actor=actor, noted=NOTED
    )
    return made
