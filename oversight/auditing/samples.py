"""Drawing samples for the city's quarterly inspection and the province's spot check, and reading them.

What can be drawn is read from the sealed journal alone, so that a sample doesn't rest on rows that changed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.offices import agencies
from authz.offices.accounts import Account
from authz.offices.agencies import AgencyNotFound
from database import clock, digest
from database.clock import moment_text
from database.refusals import Conflict, NotFound
from engine import office_record
from engine.journal import JournalEntry
from engine.process import IsoDate
from oversight import seals
from oversight.auditing import sampling, scope
from oversight.auditing.inspection_record import NOTED, AuditFinding, Sample, SampleItem
from oversight.auditing.sampling import Drawn, Eligible
from oversight.auditing.scope import PAGE, Days
from oversight.seal_record import Seal

INSPECT = "inspect"
LARGEST = 1_000
READ_AT_ONCE = 1_000


class SampleNotFound(NotFound):
    """There is no such sample, or it is not yours to see."""

    rule = "sample.not_found"


class SampleEmpty(Conflict):
    """No case was accepted within these days under this seal: choose others."""

    rule = "sample.empty"


class SampleTooLarge(Conflict):
    """This would draw more cases than anybody can inspect: choose fewer days, agencies or cases."""

    rule = "sample.too_large"


class SampleRequest(BaseModel):
    """What a sample is drawn from: a seal, a seed announced beforehand, agencies, days of acceptance."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    seal_no: int = Field(ge=1, le=10**15)
    seed: str = Field(min_length=1, max_length=80)
    per_stratum: int = Field(ge=1, le=100)
    agency: str | None = Field(default=None, min_length=6, max_length=6)
    first_on: IsoDate | None = None
    last_on: IsoDate | None = None


@dataclass(frozen=True, slots=True)
class Redrawn:
    """A sample as it comes out, and of how many cases."""

    seal: Seal
    eligible: int
    drawn: Sequence[Drawn]


def draw(session: Session, actor: Actor, asked: SampleRequest) -> int:
    """Draw and keep a sample of the auditor's agencies; its id.

    Raises Forbidden, AgencyNotFound, SealNotFound, DaysReversed, SampleEmpty, SampleTooLarge.
    """
    agency = asked.agency or actor.agency
    decisions.require(session, actor, Act(INSPECT, agency=actor.agency))
    if agency not in agencies.below(session, actor.agency):
        raise AgencyNotFound
    found = redraw(session, asked, agency)
    if not found.drawn:
        raise SampleEmpty
    if len(found.drawn) > LARGEST:
        raise SampleTooLarge(facts={"drawn": len(found.drawn), "most": LARGEST})
    sample = Sample(
        agency_code=actor.agency,
        of_agency=agency,
        seal_no=found.seal.seal_no,
        root=found.seal.root,
        seed=asked.seed,
        per_stratum=asked.per_stratum,
        first_on=asked.first_on,
        last_on=asked.last_on,
        eligible=found.eligible,
        drawn_by=actor.account_id,
        drawn_at=clock.now(session),
    )
    session.add(sample)
    session.flush()
    session.execute(insert(SampleItem), items(sample.sample_id, found.drawn))
    said = {
        "sample": sample.sample_id,
        "seal": asked.seal_no,
        "seed": asked.seed,
        "cases": digest.digest("sample", [one.case.case_no for one in found.drawn]),
    }
    agency = actor.agency
    office_record.note(
        session, agency, "sample_drawn", [sample], actor=actor, detail=said, noted=NOTED
    )
    return sample.sample_id


def redraw(session: Session, asked: SampleRequest, agency: str) -> Redrawn:
    """The sample of these values, drawn again from the journal. Raises SealNotFound, DaysReversed."""
    seal = seals.get(session, asked.seal_no)
    days = Days(asked.first_on, asked.last_on)
    cases = list(eligible(session, seal, agencies.below(session, agency), days))
    drawn = sampling.draw(cases, seal.root, asked.seed, asked.per_stratum)
    return Redrawn(seal, len(cases), drawn)


def eligible(session: Session, seal: Seal, codes: Sequence[str], days: Days) -> Iterator[Eligible]:
    """The cases accepted at these agencies on these days whose acceptance the seal covers."""
    entry = JournalEntry
    asked = (
        select(entry.entry_id, entry.stream, entry.staff_no, entry.detail)
        .where(
            entry.action == "accepted",
            entry.entry_id <= seal.last_entry_id,
            entry.agency_code.in_(codes),
            *days.hold(entry.at),
        )
        .order_by(entry.entry_id)
        .limit(READ_AT_ONCE)
    )
    last = 0
    while rows := session.execute(asked.where(entry.entry_id > last)).all():
        for _entry_id, stream, staff_no, detail in rows:
            yield Eligible(stream, detail["risk_level"], detail["process"], staff_no)
        last = rows[-1].entry_id


def listing(session: Session, actor: Actor, cursor: str | None = None) -> dict[str, Any]:
    """A page of samples drawn by the auditor's agency or of it, newest first. Raises Forbidden."""
    decisions.require(session, actor, Act(INSPECT, agency=actor.agency))
    found = (
        _shown_query(session, actor)
        .where(scope.before(Sample.sample_id, cursor))
        .order_by(Sample.sample_id.desc())
        .limit(PAGE + 1)
    )
    rows = session.execute(found).all()
    return {
        "items": [_shown(sample, staff_no, cases) for sample, staff_no, cases in rows[:PAGE]],
        "next_cursor": str(rows[PAGE - 1][0].sample_id) if len(rows) > PAGE else None,
    }


def get(session: Session, actor: Actor, sample_id: int) -> dict[str, Any]:
    """A sample with its cases and how many findings each has. Raises Forbidden, SampleNotFound."""
    decisions.require(session, actor, Act(INSPECT, agency=actor.agency))
    asked = _shown_query(session, actor).where(Sample.sample_id == sample_id)
    found = session.execute(asked).one_or_none()
    if found is None:
        raise SampleNotFound
    counted = (
        select(AuditFinding.case_no, func.count())
        .where(AuditFinding.sample_id == sample_id)
        .group_by(AuditFinding.case_no)
    )
    raised = {row[0]: row[1] for row in session.execute(counted)}
    items = session.execute(
        select(SampleItem).where(SampleItem.sample_id == sample_id).order_by(SampleItem.place)
    ).scalars()
    shown = [
        {
            "place": item.place,
            "case_no": item.case_no,
            "risk_level": item.risk_level,
            "process": item.process,
            "teller": item.teller,
            "mark": item.mark,
            "findings": raised.get(item.case_no, 0),
        }
        for item in items
    ]
    return {**_shown(*found), "items": shown}


def _shown_query(session: Session, actor: Actor) -> Any:
    """What an auditor sees: samples of agencies that he reads, by whomever they were drawn."""
    cases = (
        select(func.count())
        .where(SampleItem.sample_id == Sample.sample_id)
        .correlate(Sample)
        .scalar_subquery()
    )
    return (
        select(Sample, Account.staff_no, cases)
        .join(Account, Account.account_id == Sample.drawn_by)
        .where(Sample.of_agency.in_(agencies.below(session, actor.agency)))
    )


def _shown(sample: Sample, staff_no: str, cases: int) -> dict[str, Any]:
    return {
        "sample_id": sample.sample_id,
        "agency": sample.of_agency,
        "seal_no": sample.seal_no,
        "root": sample.root,
        "seed": sample.seed,
        "per_stratum": sample.per_stratum,
        "first_on": sample.first_on and sample.first_on.isoformat(),
        "last_on": sample.last_on and sample.last_on.isoformat(),
        "eligible": sample.eligible,
        "cases": cases,
        "drawn_by": staff_no,
        "drawn_at": moment_text(sample.drawn_at),
    }


def items(sample_id: int, drawn: Sequence[Drawn]) -> list[dict[str, Any]]:
    """The rows of a sample's cases."""
    return [
        {
            "sample_id": sample_id,
            "place": place,
            "case_no": one.case.case_no,
            "risk_level": one.case.risk_level,
            "process": one.case.process,
            "teller": one.case.teller,
            "mark": one.mark,
        }
        for place, one in enumerate(drawn, start=1)
    ]
