"""What the end of a process touches, before whoever signs it: cases, drafts, grants, guides, the risk table.

No timer and no job begins a case, so none has to be stopped: those of its open cases run on to their ends.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from authz.granting import grant_record
from authz.granting.grant_record import Grant
from authz.offices.accounts import Account
from database import clock
from engine.defining import definition_register, retirement
from engine.defining.definition import Definition
from engine.drafts import StoredDraft
from engine.office import Office
from engine.record import OPEN_STATUSES, Case
from engine.rules.rule_record import RuleText
from engine.timing.timer_record import CaseTimer

LISTED = 50


def shown(session: Session, office: Office, kept: RuleText) -> dict[str, Any]:
    """As JSON: what the text says, and how much there is of what it touches; lists hold the first 50."""
    said, code = retirement.parsed(kept.content), kept.name
    names = {one.code: {"zh": one.names.zh, "en": one.names.en} for one in office.catalogue.known()}
    ended = next((one for one in office.catalogue.known() if one.code == code), None)
    grants = list(_grants(session, code))
    entry = office.risk.entries.get(code)
    return {
        "process": {"code": code, "name": names.get(code)},
        "reason": said.reason,
        "successor": said.successor and {"code": said.successor, "name": names.get(said.successor)},
        "in_force": code in office.catalogue.retired,
        "open_cases": definition_register.open_elsewhere(session, [code], []),
        "timers": _timers(session, code),
        "drafts": _count(session, StoredDraft.draft_id, StoredDraft.process == code),
        "grants": grants[:LISTED],
        "grants_count": len(grants),
        "guides": [] if ended is None else _naming(office, ended),
        "risk_entry": entry and {"risk_level": entry.level, "route": entry.route or None},
    }


def _count(session: Session, counted: Any, condition: ColumnElement[bool]) -> int:
    return session.execute(select(func.count(counted)).where(condition)).scalar_one()


def _timers(session: Session, code: str) -> int:
    """How many timers of its open cases run."""
    asked = (
        select(func.count(CaseTimer.timer_id))
        .join(Case, Case.case_id == CaseTimer.case_id)
        .where(Case.process == code, Case.status.in_(OPEN_STATUSES), CaseTimer.closed_at.is_(None))
    )
    return session.execute(asked).scalar_one()


def _grants(session: Session, code: str) -> Iterator[dict[str, Any]]:
    """The grants for this process alone that hold today; they stay in the register, for its open cases."""
    today = clock.today(session)
    asked = (
        select(Grant, Account.staff_no)
        .outerjoin(Account, Account.account_id == Grant.account_id)
        .where(Grant.process == code, grant_record.holds(today))
        .order_by(Grant.grant_id)
    )
    for grant, staff_no in session.execute(asked):
        yield {
            "grant_id": grant.grant_id,
            "agency": grant.agency_code,
            "post": grant.post,
            "staff_no": staff_no,
            "act": grant.act,
        }


def _naming(office: Office, ended: Definition) -> list[dict[str, Any]]:
    """Other processes that do this one's business in their case, or whose guides speak of it by its name."""
    return [
        {"code": one.code, "name": {"zh": one.names.zh, "en": one.names.en}}
        for one in office.catalogue.deployed()
        if one.code != ended.code and (ended.code in one.bundle or _speaks(one, ended))
    ]


def _speaks(one: Definition, of: Definition) -> bool:
    told = one.guide.model_dump_json(exclude={"synonyms"})
    return of.names.zh in told or of.names.en in told
