"""Putting a case into the green channel (绿色通道), taking it out again, and what is counted of it.

Source: 宁社保发[2014]24号 附2 五(四). It changes order, place and priority, never a control.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from authz import decisions, epoch
from authz.actors import Actor
from authz.acts import Act
from authz.offices import accounts, agencies
from database.refusals import Conflict, Forbidden
from engine import handling, office_record, stored, subjects
from engine.green_record import CATEGORIES, NOTED, GreenCase, GreenWithdrawal
from engine.handling import Handling
from engine.office import Office
from engine.record import FINAL_STATUSES, Case
from engine.timing import case_clocks
from engine.withdrawal import CaseFinished

APPROVE, READ = "approve_green", "read_green"


class GreenEntry(BaseModel):
    """Why a case goes first: the category, and in words."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    category: Literal["far", "mobility", "elderly", "disabled", "military", "other"]
    reason: str = Field(min_length=1, max_length=200)


class AlreadyGreen(Conflict):
    """This case is in the green channel already, or was taken out of it again: that is said once a case."""

    rule = "green.already"


class GreenByAcceptor(Forbidden):
    """Whoever accepted a case doesn't approve its green channel: another person does."""

    rule = "green.by_acceptor"


class GreenWithdrawalRequest(BaseModel):
    """The body of a withdrawal: why the case goes in its turn again."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    reason: str = Field(min_length=1, max_length=200)


class NotGreen(Conflict):
    """This case isn't in the green channel: there is nothing to withdraw."""

    rule = "green.not"


class GreenByAnother(Forbidden):
    """Whoever approved a case's green channel withdraws it."""

    rule = "green.by_another"


def approve(
    session: Session, office: Office, actor: Actor, case_no: str, entry: GreenEntry
) -> Handling:
    """Let an open case go first, by somebody else than accepted it.

    Raises CaseNotFound, Forbidden, GreenByAcceptor, CaseFinished, AlreadyGreen.
    """
    epoch.hold(session)
    work = handling.open_case(session, office, actor, case_no)
    act = Act(APPROVE, agency=work.case.agency_code)
    permit = decisions.require(
        session, actor, subjects.concern(session, actor, work.content).of(act)
    )
    if work.case.accepted_person == actor.person_id:
        raise GreenByAcceptor(facts={"case_no": case_no})
    if work.case.status in FINAL_STATUSES:
        raise CaseFinished(facts={"case_no": case_no})
    if session.get(GreenCase, case_no) is not None:
        raise AlreadyGreen(facts={"case_no": case_no})
    row = {
        "case_no": case_no,
        "agency_code": work.case.agency_code,
        "category": entry.category,
        "reason": entry.reason,
        "approved_by": actor.account_id,
        "approved_at": work.now,
    }
    made = session.execute(insert(GreenCase).returning(GreenCase), [row]).scalar_one()
    work.case.in_turn = False
    stored.save_turn(session, work.case)
    case_clocks.tell_tasks(work)
    work.note("green_channel", post=permit.post, category=entry.category)
    handling.save_journal(work)
    office_record.note(
        session, work.case.agency_code, "green_approved", [made], actor=actor, noted=NOTED
    )
    return work


def withdraw(
    session: Session,
    office: Office,
    actor: Actor,
    case_no: str,
    request: GreenWithdrawalRequest,
) -> Handling:
    """Let an open case go in its turn again, by whoever approved that it goes first.

    Raises CaseNotFound, Forbidden, CaseFinished, NotGreen, GreenByAnother.
    """
    epoch.hold(session)
    work = handling.open_case(session, office, actor, case_no)
    act = Act(APPROVE, agency=work.case.agency_code)
    permit = decisions.require(
        session, actor, subjects.concern(session, actor, work.content).of(act)
    )
    if work.case.status in FINAL_STATUSES:
        raise CaseFinished(facts={"case_no": case_no})
    found = session.get(GreenCase, case_no)
    if found is None or session.get(GreenWithdrawal, case_no) is not None:
        raise NotGreen(facts={"case_no": case_no})
    if found.approved_by != actor.account_id:
        raise GreenByAnother(
            facts={"case_no": case_no},
            who_can=[
                {
                    "post": permit.post,
                    "agency": found.agency_code,
                    "staff": [accounts.identify(session, found.approved_by)],
                }
            ],
        )
    row = {
        "case_no": case_no,
        "agency_code": work.case.agency_code,
        "reason": request.reason,
        "withdrawn_by": actor.account_id,
        "withdrawn_at": work.now,
    }
    made = session.execute(insert(GreenWithdrawal).returning(GreenWithdrawal), [row]).scalar_one()
    work.case.in_turn = True
    stored.save_turn(session, work.case)
    case_clocks.tell_tasks(work)
    work.note("green_withdrawn", post=permit.post)
    handling.save_journal(work)
    office_record.note(
        session, work.case.agency_code, "green_withdrawn", [made], actor=actor, noted=NOTED
    )
    return work


def counted(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """How many cases of one's agencies went first, by category; how many of them have ended, or went back.

    Raises Forbidden.
    """
    decisions.require(session, actor, Act(READ, agency=actor.agency))
    within = agencies.tree(session).within(actor.agency)
    ended = Case.status.in_(FINAL_STATUSES)
    rows = session.execute(
        select(
            GreenCase.category,
            func.count(),
            func.count().filter(ended),
            func.count(GreenWithdrawal.case_no),
        )
        .join(Case, Case.case_no == GreenCase.case_no)
        .outerjoin(GreenWithdrawal, GreenWithdrawal.case_no == GreenCase.case_no)
        .where(GreenCase.agency_code.in_(within))
        .group_by(GreenCase.category)
    )
    found = {category: counts for category, *counts in rows}
    names = ("cases", "ended", "withdrawn")
    return [
        {"category": one, **dict(zip(names, found.get(one, (0, 0, 0)), strict=True))}
        for one in CATEGORIES
    ]
