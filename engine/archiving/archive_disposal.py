"""Disposal of files whose retention is over (鉴定销毁): a list, three who appraise it, a fourth who approves.

Two watch it being carried out (监销人), neither of whom carries it out.

Retention counts from 1 January of the year after the case ended. A list is kept for ever, whatever became of
it. What is destroyed are scans: rows, manifests and digests stay, and what covers them still verifies.
"""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from authz import decisions, epoch
from authz.actors import Actor
from authz.acts import Act
from database import clock, digest, wall
from database.declarative import Base
from database.refusals import Conflict, Forbidden
from engine import office_record
from engine.archiving import archive_loans, disposal_lists, disposal_scans
from engine.archiving.archive_filing import KEEP, lock_archive
from engine.archiving.archive_record import (
    NOTED,
    ArchiveItem,
    DisposalItem,
    DisposalList,
    DisposalStep,
    DisposalWitness,
)
from engine.archiving.destroyed import DestroyedFile
from engine.archiving.manifests import PERMANENT, ArchiveManifest
from engine.record import Case

APPRAISE, APPROVE = "appraise_disposal", "approve_disposal"
WITNESS = "witness_disposal"
APPRAISERS = 3
WITNESSES = 2
MOST = 500


class NothingDue(Conflict):
    """No file of your archive is past its retention, or all of them are on a list already."""

    rule = "disposal.nothing_due"


class DisposalNotDue(Conflict):
    """The list doesn't stand so that this could follow: three appraise, a fourth approves, it is done."""

    rule = "disposal.not_due"


class SameAppraiser(Forbidden):
    """You have said your opinion on this list: each opinion is another person's."""

    rule = "disposal.same_person"


class Unwitnessed(Conflict):
    """A list is carried out before two witnesses, neither of whom carries it out."""

    rule = "disposal.unwitnessed"


class AlreadyWitness(Forbidden):
    """You witness this list already: it takes two people, and a third who carries it out."""

    rule = "disposal.witness"


class OpinionRequest(BaseModel):
    """The body of an opinion on a list."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    agree: bool
    opinion: str = Field(min_length=1, max_length=500)


def make(session: Session, actor: Actor) -> int:
    """List the files of one's own archive whose retention is over; the list's id.

    Lent files, and those on a list that is open or approved, are left out. Raises Forbidden, NothingDue.
    """
    epoch.hold(session)
    decisions.require(session, actor, Act(KEEP, agency=actor.agency))
    lock_archive(session, actor.agency)
    due = _due(session, actor.agency)
    if not due:
        raise NothingDue
    return listed(session, actor, due)


def appraise(session: Session, actor: Actor, list_id: int, asked: OpinionRequest) -> None:
    """Give one of the three opinions; one against it ends the list.

    Raises Forbidden, DisposalNotFound, DisposalNotDue, SameAppraiser.
    """
    _opinion(session, actor, list_id, asked, APPRAISE)


def approve(session: Session, actor: Actor, list_id: int, asked: OpinionRequest) -> None:
    """Approve a list that three people appraised, as a fourth; or reject it. Raises as ``appraise``."""
    _opinion(session, actor, list_id, asked, APPROVE)


def witness(session: Session, actor: Actor, list_id: int) -> None:
    """Stand by as an approved list is carried out, as one of two; said by each of them himself.

    Raises Forbidden, DisposalNotFound, DisposalNotDue, AlreadyWitness.
    """
    epoch.hold(session)
    decisions.require(session, actor, Act(WITNESS, agency=actor.agency))
    _, steps = _locked(session, actor, list_id)
    _require_approved(steps)
    there = disposal_lists.witnesses_of(session, list_id)
    if actor.person_id in {one.person_id for one in there}:
        raise AlreadyWitness
    if len(there) >= WITNESSES:
        raise DisposalNotDue(facts={"witnesses": len(there)})
    made = DisposalWitness(
        list_id=list_id,
        person_id=actor.person_id,
        account_id=actor.account_id,
        at=clock.now(session),
    )
    _keep(session, actor, "disposal_witnessed", [made], list_id)


def destroy(session: Session, actor: Actor, list_id: int) -> None:
    """Carry out an approved list before its witnesses: its scans are gone, the sweep takes them off the disk.

    A scan that another file, an open case or another agency has stays. Raises Forbidden, DisposalNotFound,
    DisposalNotDue, Unwitnessed, FileOut.
    """
    epoch.hold(session)
    decisions.require(session, actor, Act(KEEP, agency=actor.agency))
    found, steps = _locked(session, actor, list_id)
    _require_approved(steps)
    watching = {one.person_id for one in disposal_lists.witnesses_of(session, list_id)}
    if len(watching) < WITNESSES or actor.person_id in watching:
        raise Unwitnessed(facts={"witnesses": len(watching)})
    listed = disposal_lists.manifests(session, list_id)
    lent = archive_loans.out(session, [one.case_id for one in listed])
    if lent:
        case_no = next(one.case_no for one in listed if one.case_id in lent)
        raise archive_loans.FileOut(facts={"case_no": case_no})
    # Another agency's case may name the same scan.
    with wall.whole(session):
        scans = sorted(disposal_scans.only_theirs(session, found.agency_code, listed))
    gone = [DestroyedFile(digest=one, list_id=list_id) for one in scans]
    step = _step(session, actor, list_id, len(steps) + 1, "destroy", "")
    _keep(session, actor, "disposal_carried_out", [step, *gone], list_id)


def listed(session: Session, actor: Actor, due: Sequence[ArchiveManifest]) -> int:
    """Make a list of these files; its id. Whoever calls has seen that their retention is over."""
    made = DisposalList(
        agency_code=actor.agency,
        cases=len(due),
        digest=digest.digest("disposal", [[one.case_no, one.digest] for one in due]),
        made_by=actor.account_id,
        made_at=clock.now(session),
    )
    session.add(made)
    session.flush()
    items = [
        DisposalItem(list_id=made.list_id, place=place, case_id=one.case_id)
        for place, one in enumerate(due, 1)
    ]
    _keep(session, actor, "disposal_listed", [made, *items], made.list_id)
    return made.list_id


def _due(session: Session, agency: str) -> list[ArchiveManifest]:
    lent = archive_loans.out_of(ArchiveManifest.case_id)
    ended = select(DisposalStep.list_id).where(DisposalStep.kind == "reject")
    listed = exists().where(
        DisposalItem.case_id == ArchiveManifest.case_id, DisposalItem.list_id.not_in(ended)
    )
    asked = (
        select(ArchiveManifest)
        .join(ArchiveItem, ArchiveItem.case_id == ArchiveManifest.case_id)
        .join(Case, Case.case_id == ArchiveManifest.case_id)
        .where(
            Case.agency_code == agency,
            ArchiveManifest.retention_years != PERMANENT,
            ArchiveManifest.year + ArchiveManifest.retention_years < clock.today(session).year,
            ~listed,
            ~lent,
        )
        .order_by(Case.case_id)
        .limit(MOST)
    )
    return list(session.execute(asked).scalars())


def _opinion(session: Session, actor: Actor, list_id: int, asked: OpinionRequest, act: str) -> None:
    epoch.hold(session)
    decisions.require(session, actor, Act(act, agency=actor.agency))
    _, steps = _locked(session, actor, list_id)
    status, opinions = disposal_lists.status(steps), len(steps)
    if status != disposal_lists.OPEN or (opinions < APPRAISERS) != (act == APPRAISE):
        raise DisposalNotDue(facts={"status": status, "opinions": opinions})
    if actor.person_id in {one.person_id for one in steps}:
        raise SameAppraiser
    agreed = "appraise" if act == APPRAISE else "approve"
    kind = agreed if asked.agree else "reject"
    step = _step(session, actor, list_id, opinions + 1, kind, asked.opinion)
    _keep(session, actor, f"disposal_{kind}", [step], list_id)


def _require_approved(steps: Sequence[DisposalStep]) -> None:
    status = disposal_lists.status(steps)
    if status != disposal_lists.APPROVED:
        raise DisposalNotDue(facts={"status": status})


def _locked(
    session: Session, actor: Actor, list_id: int
) -> tuple[DisposalList, list[DisposalStep]]:
    lock_archive(session, actor.agency)
    row = session.get(DisposalList, list_id)
    if row is None or row.agency_code != actor.agency:
        raise disposal_lists.DisposalNotFound
    return row, disposal_lists.steps_of(session, list_id)


def _step(
    session: Session, actor: Actor, list_id: int, seq: int, kind: str, opinion: str
) -> DisposalStep:
    return DisposalStep(
        list_id=list_id,
        seq=seq,
        kind=kind,
        opinion=opinion,
        account_id=actor.account_id,
        person_id=actor.person_id,
        at=clock.now(session),
    )


def _keep(session: Session, actor: Actor, action: str, rows: Sequence[Base], list_id: int) -> None:
    session.add_all(rows)
    session.flush()
    told = {"list": list_id}
    office_record.note(session, actor.agency, action, rows, actor=actor, detail=told, noted=NOTED)
