"""Erasure (删除) of a person's values: one asks, another decides, and the secret of his key is destroyed.

Between the two ``tongban keys separate`` moves his rows to his own key. Nothing that is chained or signed is
written anew, and everything still verifies: it covers salted commitments of what is gone.
"""

from collections.abc import Collection, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from authz import decisions, epoch
from authz.actors import Actor
from authz.acts import Act
from authz.offices import agencies
from database import clock, own_keys, wall
from database.declarative import Base
from database.refusals import Conflict, Forbidden, NotFound
from engine import office_record
from engine.archiving import archive_loans
from engine.archiving.destroyed import ErasedFile
from engine.erasure import erasable
from engine.erasure.erasure_record import NOTED, Erasure, ErasureRequest
from engine.record import Case
from register import person_keys, reading
from register.reading import PersonNotFound
from register.records import IN_FORCE
from register.subjects import Person

ASK, APPROVE = "ask_erasure", "approve_erasure"
COMMAND = "tongban keys separate"


class ErasureNotFound(NotFound):
    """There is no such request for an erasure, or not one that you may see."""

    rule = "erasure.not_found"


class ErasureDecided(Conflict):
    """This was decided already, or his erasure is asked for and waits for a decision."""

    rule = "erasure.decided"


class ErasureBySame(Forbidden):
    """Whoever asks for an erasure doesn't decide on it: another person does."""

    rule = "erasure.same_person"


class ErasureOfOpen(Conflict):
    """A case of this person is open: it ends first."""

    rule = "erasure.open_case"


class ErasureOfPaid(Conflict):
    """This person draws a benefit, or something is owed to him or by him: it ends first."""

    rule = "erasure.in_payment"


class ErasureKept(Conflict):
    """A file of this person is still to be kept: its retention ends and it is disposed of first."""

    rule = "erasure.retention"


class ErasureNotSeparated(Conflict):
    """Rows about this person are still under the office's keys: run ``tongban keys separate`` first."""

    rule = "erasure.not_separated"


class ErasureEntry(BaseModel):
    """Whose values are to be erased, on which basis, and the document that says so."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    person_id: str = Field(min_length=1, max_length=32)
    basis: Literal["retention", "court", "request"]
    reason: str = Field(min_length=1, max_length=500)


class ErasureOpinion(BaseModel):
    """The decision on a request, with its reason."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    agree: bool
    opinion: str = Field(min_length=1, max_length=500)


def ask(session: Session, actor: Actor, entry: ErasureEntry) -> int:
    """Ask for a person's erasure, and make the key that his rows are to be moved to; the request's id.

    Raises Forbidden, PersonNotFound, ErasureDecided, ErasureOfOpen, ErasureOfPaid, ErasureKept.
    """
    epoch.hold(session)
    decisions.require(session, actor, Act(ASK, agency=actor.agency))
    with wall.whole(session):
        places = _places(session, entry.person_id)
        if not places or not all(
            decisions.may(session, actor, Act(ASK, agency=place)) for place in places
        ):
            raise PersonNotFound
        _lock(session, entry.person_id)
        if _waiting(session, entry.person_id) or erased(session, entry.person_id) is not None:
            raise ErasureDecided
        _refuse_early(session, entry.person_id, entry.basis)
    made = ErasureRequest(
        agency_code=places[0] if len(places) == 1 else actor.agency,
        person_id=entry.person_id,
        key_id=person_keys.of_person(session, entry.person_id),
        basis=entry.basis,
        reason=entry.reason,
        asked_by=actor.account_id,
        asked_person=actor.person_id,
        asked_at=clock.now(session),
    )
    _keep(session, actor, "erasure_asked", [made])
    return made.request_id


def decide(session: Session, actor: Actor, request_id: int, said: ErasureOpinion) -> None:
    """Approve a request, which erases at once and for ever, or reject it.

    Raises Forbidden, ErasureNotFound, ErasureDecided, ErasureBySame, ErasureOfOpen, ErasureOfPaid,
    ErasureKept, ErasureNotSeparated.
    """
    epoch.hold(session)
    decisions.require(session, actor, Act(APPROVE, agency=actor.agency))
    asked = session.get(ErasureRequest, request_id)
    if asked is None or asked.agency_code not in agencies.tree(session).within(actor.agency):
        raise ErasureNotFound
    decisions.require(session, actor, Act(APPROVE, agency=asked.agency_code))
    _lock(session, asked.person_id)
    if session.get(Erasure, request_id) is not None:
        raise ErasureDecided
    if actor.person_id == asked.asked_person:
        raise ErasureBySame
    scans: set[str] = set()
    if said.agree:
        with wall.whole(session):
            _refuse_early(session, asked.person_id, asked.basis)
            left = erasable.elsewhere(session, asked.person_id, asked.key_id)
            if left:
                raise ErasureNotSeparated(facts={"rows": left, "command": COMMAND})
            scans = erasable.scans_of(session, asked.person_id)
    made = Erasure(
        request_id=request_id,
        agency_code=asked.agency_code,
        person_id=asked.person_id if said.agree else None,
        key_id=asked.key_id if said.agree else None,
        agreed=said.agree,
        opinion=said.opinion,
        decided_by=actor.account_id,
        decided_person=actor.person_id,
        decided_at=clock.now(session),
    )
    gone = [ErasedFile(digest=one, request_id=request_id) for one in sorted(scans)]
    _keep(
        session, actor, "erasure_carried_out" if said.agree else "erasure_rejected", [made, *gone]
    )
    if said.agree:
        _destroy(session, asked)


def erased(session: Session, person_id: str) -> Erasure | None:
    """The erasure of a person; None where he wasn't erased."""
    asked = select(Erasure).where(Erasure.person_id == person_id)
    return session.execute(asked).scalar_one_or_none()


def _destroy(session: Session, asked: ErasureRequest) -> None:
    """The secret goes, and the index by which his number was found gives way to one that nothing has."""
    person_keys.destroy(session, asked.key_id)
    nobodys = update(Person).where(Person.person_id == asked.person_id)
    session.execute(nobodys.values(id_no_index=own_keys.unmatchable()))


def _places(session: Session, person_id: str) -> Sequence[str]:
    """The agencies whose record he is part of: by a relation, or by a case."""
    about = select(Case.agency_code).where(Case.case_id.in_(erasable.cases_of(person_id)))
    of_cases = set(session.execute(about.distinct()).scalars())
    return sorted(reading.agencies_of(session, person_id) | of_cases)


def _lock(session: Session, person_id: str) -> None:
    """Nobody writes about him, nor begins a case, until this is done."""
    asked = select(Person.person_id).where(Person.person_id == person_id).with_for_update()
    if session.execute(asked).scalar_one_or_none() is None:
        raise PersonNotFound


def _waiting(session: Session, person_id: str) -> bool:
    decided = select(Erasure.request_id)
    asked = select(ErasureRequest.request_id).where(
        ErasureRequest.person_id == person_id, ErasureRequest.request_id.not_in(decided)
    )
    return session.execute(asked.limit(1)).first() is not None


def _refuse_early(session: Session, person_id: str, basis: str) -> None:
    his = select(Case.case_id, Case.case_no, Case.finished_at).where(
        Case.case_id.in_(erasable.cases_of(person_id))
    )
    cases = session.execute(his.order_by(Case.case_id)).all()
    still_open = [row.case_no for row in cases if row.finished_at is None]
    if still_open:
        raise ErasureOfOpen(facts={"cases": still_open})
    record = reading.person(session, person_id, clock.today(session))
    drawn = any(one.status in IN_FORCE for one in record.entitlements)
    if drawn or any(record.owed.values()) or any(record.unpaid):
        raise ErasureOfPaid
    if basis == "retention":
        gone = archive_loans.gone(session, _ids(cases))
        kept = [row.case_no for row in cases if row.case_id not in gone]
        if kept:
            raise ErasureKept(facts={"cases": kept})


def _ids(cases: Collection[Any]) -> list[int]:
    return [row.case_id for row in cases]


def _keep(session: Session, actor: Actor, action: str, rows: Sequence[Base]) -> None:
    made: Any = rows[0]
    # The database looks for the decision when it takes the rest.
    session.add(made)
    session.flush()
    session.add_all(rows[1:])
    session.flush()
    told = {"request": made.request_id}
    office_record.note(
        session, made.agency_code, action, rows, actor=actor, detail=told, noted=NOTED
    )
