"""Findings of inspections (稽核问题, 核查线索): raised by an auditor, answered by the agency, then closed."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.offices import accounts, agencies
from authz.offices.accounts import Account
from authz.offices.agencies import Agency
from database import clock
from database.clock import moment_text
from database.refusals import Conflict, NotFound
from engine import office_record, views
from oversight.auditing import scope
from oversight.auditing.inspection_record import (
    NOTED,
    AuditFinding,
    Rectification,
    Sample,
    SampleItem,
)
from oversight.auditing.samples import INSPECT, SampleNotFound
from oversight.auditing.scope import PAGE

RECTIFY = "rectify"
OPEN = "open"
# What follows on what: how a finding stands, and the steps that may be taken then.
FOLLOWING = {OPEN: ("answered",), "answered": ("returned", "closed"), "returned": ("answered",)}


class FindingNotFound(NotFound):
    """There is no such finding, or it is not yours to see."""

    rule = "finding.not_found"


class FindingNotDue(Conflict):
    """The finding doesn't stand so that this could follow: an answer is returned or closed, once given."""

    rule = "finding.not_due"


class FindingRequest(BaseModel):
    """The body of a finding: on a case of a sample, or a lead by itself."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    case_no: str = Field(min_length=1, max_length=24)
    text: str = Field(min_length=1, max_length=2000)
    sample_id: int | None = Field(default=None, ge=1, le=10**15)


class StepRequest(BaseModel):
    """The body of an answer, of its return or of the closing."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    text: str = Field(min_length=1, max_length=2000)


def raise_finding(session: Session, actor: Actor, asked: FindingRequest) -> int:
    """Raise a finding on a case; its id. Raises Forbidden, CaseNotFound, SampleNotFound."""
    decisions.require(session, actor, Act(INSPECT, agency=actor.agency))
    case = views.visible_case(session, actor, asked.case_no)
    if asked.sample_id is not None:
        _require_drawn(session, actor, asked.sample_id, asked.case_no)
    finding = AuditFinding(
        kind="lead" if asked.sample_id is None else "finding",
        case_no=case.case_no,
        agency_code=case.agency_code,
        sample_id=asked.sample_id,
        text=asked.text,
        raised_by=actor.account_id,
        raised_agency=actor.agency,
        raised_at=clock.now(session),
    )
    _keep(session, actor, finding, "finding_raised", finding)
    return finding.finding_id


def answer(session: Session, actor: Actor, finding_id: int, text: str) -> None:
    """Answer as the agency's supervisor. Raises Forbidden, FindingNotFound, FindingNotDue."""
    finding = _finding(session, actor, finding_id)
    decisions.require(session, actor, Act(RECTIFY, agency=finding.agency_code))
    _step(session, actor, finding, "answered", text)


def judge(session: Session, actor: Actor, finding_id: int, kind: str, text: str) -> None:
    """Return an answer (``returned``) or close the finding (``closed``), as an auditor.

    He is of the agency that raised it or of one above. Raises Forbidden, FindingNotFound, FindingNotDue.
    """
    finding = _finding(session, actor, finding_id)
    decisions.require(session, actor, Act(INSPECT, agency=finding.raised_agency))
    _step(session, actor, finding, kind, text)


def listing(session: Session, actor: Actor, cursor: str | None = None) -> dict[str, Any]:
    """A page of findings about the reader's agencies, newest first. Raises Forbidden."""
    codes = _reads(session, actor)
    found = (
        select(AuditFinding, Account.staff_no)
        .join(Account, Account.account_id == AuditFinding.raised_by)
        .where(AuditFinding.agency_code.in_(codes), scope.before(AuditFinding.finding_id, cursor))
        .order_by(AuditFinding.finding_id.desc())
        .limit(PAGE + 1)
    )
    rows = session.execute(found).all()
    steps = _steps(session, [row.finding_id for row, _ in rows[:PAGE]])
    return {
        "items": [_shown(row, staff_no, steps) for row, staff_no in rows[:PAGE]],
        "next_cursor": str(rows[PAGE - 1][0].finding_id) if len(rows) > PAGE else None,
    }


def get(session: Session, actor: Actor, finding_id: int) -> dict[str, Any]:
    """One finding with its steps, and what the reader may do next. Raises Forbidden, FindingNotFound."""
    finding = _finding(session, actor, finding_id)
    raised_by = accounts.identify(session, finding.raised_by)["staff_no"]
    shown = _shown(finding, raised_by, _steps(session, [finding_id]))
    acts = {
        "answered": Act(RECTIFY, agency=finding.agency_code),
        "returned": Act(INSPECT, agency=finding.raised_agency),
        "closed": Act(INSPECT, agency=finding.raised_agency),
    }
    due = FOLLOWING.get(shown["status"], ())
    may = [kind for kind in due if decisions.may(session, actor, acts[kind]) is not None]
    return {**shown, "may": may}


def of_case(session: Session, actor: Actor, case_no: str) -> list[dict[str, Any]]:
    """The findings on one case, newest first. Raises Forbidden."""
    codes = _reads(session, actor)
    found = (
        select(AuditFinding, Account.staff_no)
        .join(Account, Account.account_id == AuditFinding.raised_by)
        .where(AuditFinding.case_no == case_no, AuditFinding.agency_code.in_(codes))
        .order_by(AuditFinding.finding_id.desc())
        .limit(PAGE)
    )
    rows = session.execute(found).all()
    steps = _steps(session, [row.finding_id for row, _ in rows])
    return [_shown(row, staff_no, steps) for row, staff_no in rows]


def _reads(session: Session, actor: Actor) -> Sequence[str]:
    """The agencies whose findings somebody reads: an auditor's, or a supervisor's."""
    if decisions.may(session, actor, Act(RECTIFY, agency=actor.agency)) is None:
        decisions.require(session, actor, Act(INSPECT, agency=actor.agency))
    return agencies.below(session, actor.agency)


def _finding(session: Session, actor: Actor, finding_id: int) -> AuditFinding:
    codes = _reads(session, actor)
    found = session.get(AuditFinding, finding_id)
    if found is None or found.agency_code not in codes:
        raise FindingNotFound
    return found


def _require_drawn(session: Session, actor: Actor, sample_id: int, case_no: str) -> None:
    """Raise SampleNotFound unless the case is one of a sample that the auditor sees."""
    drawn = (
        select(SampleItem.place)
        .join(Sample, Sample.sample_id == SampleItem.sample_id)
        .where(
            SampleItem.sample_id == sample_id,
            SampleItem.case_no == case_no,
            Sample.of_agency.in_(agencies.below(session, actor.agency)),
        )
    )
    if session.execute(drawn).first() is None:
        raise SampleNotFound


def _step(session: Session, actor: Actor, finding: AuditFinding, kind: str, text: str) -> None:
    # The agency's row is what journalling locks too: of two who answer at once one comes first.
    lock = select(Agency.code).where(Agency.code == finding.agency_code)
    session.execute(lock.with_for_update(key_share=True)).one()
    taken = _steps(session, [finding.finding_id]).get(finding.finding_id, [])
    status = taken[-1]["kind"] if taken else OPEN
    if kind not in FOLLOWING.get(status, ()):
        raise FindingNotDue(facts={"status": status})
    step = Rectification(
        finding_id=finding.finding_id,
        seq=len(taken) + 1,
        kind=kind,
        said=text,
        by_account=actor.account_id,
        at=clock.now(session),
    )
    _keep(session, actor, finding, f"finding_{kind}", step)


def _steps(session: Session, finding_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    asked = (
        select(Rectification, Account.staff_no)
        .join(Account, Account.account_id == Rectification.by_account)
        .where(Rectification.finding_id.in_(finding_ids))
        .order_by(Rectification.finding_id, Rectification.seq)
    )
    for step, staff_no in session.execute(asked):
        found.setdefault(step.finding_id, []).append(
            {"kind": step.kind, "text": step.said, "by": staff_no, "at": moment_text(step.at)}
        )
    return found


def _shown(
    finding: AuditFinding, raised_by: str, steps: dict[int, list[dict[str, Any]]]
) -> dict[str, Any]:
    taken = steps.get(finding.finding_id, [])
    return {
        "finding_id": finding.finding_id,
        "kind": finding.kind,
        "case_no": finding.case_no,
        "agency": finding.agency_code,
        "sample_id": finding.sample_id,
        "text": finding.text,
        "raised_by": raised_by,
        "raised_at": moment_text(finding.raised_at),
        "status": taken[-1]["kind"] if taken else OPEN,
        "steps": taken,
    }


def _keep(
    session: Session,
    actor: Actor,
    finding: AuditFinding,
    action: str,
    row: AuditFinding | Rectification,
) -> None:
    """Add a row and journal it; its text may name a person, so a keyed fingerprint of it stands there."""
    session.add(row)
    session.flush()
    said = {"finding": finding.finding_id, "case_no": finding.case_no}
    agency = finding.agency_code
    office_record.note(session, agency, action, [row], actor=actor, detail=said, noted=NOTED)
