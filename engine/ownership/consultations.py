"""Asking a superior about a case (请示) and answering (批复): instead of turning down what one can't decide.

The case waits at its step until the answer is there; its clock runs on. Nobody's signature is replaced: the
answer tells whoever signs what he needs to know. Source: 宁社保发[2014]24号 附2 三(四).
"""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from authz import decisions, epoch
from authz.actors import Actor
from authz.acts import Act
from authz.offices import agencies
from authz.offices.accounts import Account
from database import digest, suites
from database.clock import moment_text
from database.refusals import Conflict, Forbidden, Invalid
from engine import handling, office_record, subjects
from engine.applications import field_error
from engine.handling import Handling
from engine.office import Office
from engine.ownership import consultation_record, owner_record
from engine.ownership.consultation_record import NOTED, Consultation, ConsultationAnswer
from engine.record import FINAL_STATUSES, OPEN_STATUSES, Case
from engine.withdrawal import CaseFinished

ASK, ANSWER = "ask", "answer_{}"
# Who may be asked, by rank; tellers and handlers stand below all of them.
SUPERIORS = ("reviewer", "deputy_director", "director", "city_approver", "city_head")
PAGE = 200


class Asking(Conflict):
    """A question about this case waits for its answer: then it goes on."""

    rule = "consultation.open"


class NotAsked(Conflict):
    """Nothing about this case waits for an answer."""

    rule = "consultation.none"


class NotSuperior(Invalid):
    """A question goes to a post above one's own that somebody fills."""

    rule = "consultation.post"


class NoPart(Forbidden):
    """Whoever answers for a case, or has it before him to act on, asks about it."""

    rule = "consultation.no_part"


class OwnQuestion(Forbidden):
    """Nobody answers his own question: another who holds the post does."""

    rule = "consultation.own"


class Question(BaseModel):
    """The body of a question: to which post, and what."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    post: Literal["reviewer", "deputy_director", "director", "city_approver", "city_head"]
    question: str = Field(min_length=1, max_length=1000)


class Answer(BaseModel):
    """The body of an answer."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    answer: str = Field(min_length=1, max_length=1000)


def ask(session: Session, office: Office, actor: Actor, case_no: str, said: Question) -> Handling:
    """Ask whoever holds a post about an open case; one question at a time.

    Raises CaseNotFound, Forbidden, CaseFinished, NoPart, Asking, NotSuperior.
    """
    epoch.hold(session)
    work = handling.open_case(session, office, actor, case_no)
    permit = decisions.require(session, actor, act(work, ASK))
    _open(work)
    if not has_a_part(work):
        raise NoPart(facts={"case_no": case_no})
    if consultation_record.waiting(session, work.case.case_id) is not None:
        raise Asking(facts={"case_no": case_no})
    if said.post not in above(permit.post) or not _filled(work, said.post):
        text = "is not a post above your own that somebody fills"
        raise NotSuperior(errors=[field_error("post", text, rule=NotSuperior.rule)])
    salt = digest.new_salt()
    row: dict[str, Any] = {
        "case_id": work.case.case_id,
        "seq": _count(session, work.case.case_id) + 1,
        "agency_code": work.case.agency_code,
        "cycle": work.case.cycle,
        "step": work.tasks[0].step if work.tasks else None,
        "post": permit.post,
        "asked_post": said.post,
        "question": [salt, said.question],
        "asked_by": actor.account_id,
        "asked_person": actor.person_id,
        "asked_at": work.now,
    }
    made = session.execute(insert(Consultation).returning(Consultation), [row]).scalar_one()
    told = {name: row[name] for name in ("seq", "step", "asked_post")}
    told["question"] = digest.commitment(salt, said.question)
    work.note("asked", post=permit.post, **told)
    _keep(work, "consultation_asked", made)
    return work


def answer(session: Session, office: Office, actor: Actor, case_no: str, said: Answer) -> Handling:
    """Answer the question that a case waits with, by one's own act as a holder of the post asked.

    Raises CaseNotFound, CaseFinished, NotAsked, Forbidden, OwnQuestion.
    """
    epoch.hold(session)
    work = handling.open_case(session, office, actor, case_no)
    found = consultation_record.waiting(session, work.case.case_id)
    if found is None:
        _open(work)
        raise NotAsked(facts={"case_no": case_no})
    permit = decisions.require(session, actor, act(work, ANSWER.format(found.asked_post)))
    _open(work)
    asked = session.get_one(Consultation, found.consultation_id)
    if asked.asked_person == actor.person_id:
        raise OwnQuestion(facts={"case_no": case_no})
    row: dict[str, Any] = {
        "consultation_id": asked.consultation_id,
        "case_id": work.case.case_id,
        "agency_code": work.case.agency_code,
        "post": permit.post,
        "on_behalf_of": permit.on_behalf_of,
        "answer": [digest.new_salt(), said.answer],
        "answered_by": actor.account_id,
        "answered_person": actor.person_id,
        "answered_at": work.now,
        "suite": suites.current().name,
    }
    row["digest"] = consultation_record.answer_digest(asked, row)
    made = session.execute(
        insert(ConsultationAnswer).returning(ConsultationAnswer), [row]
    ).scalar_one()
    work.note("answered", post=permit.post, seq=asked.seq, digest=row["digest"])
    _keep(work, "consultation_answered", made)
    return work


def require_answered(work: Handling) -> None:
    """Raise Asking where a question about the case waits for its answer."""
    if work.asked_post is not None:
        raise Asking(facts={"case_no": work.case.case_no})


def has_a_part(work: Handling) -> bool:
    """Whether the case waits for the acting person, or he answers for it: nobody else lets it wait."""
    actor = work.actor
    places = {actor.agency, *(done.agency for done in actor.stood_in)}
    if any(task.post in actor.works_as and task.agency_code in places for task in work.tasks):
        return True
    return owner_record.of_case(work.session, work.case).account_id == actor.account_id


def above(post: str) -> Sequence[str]:
    """The posts that a holder of this one may ask."""
    return SUPERIORS[SUPERIORS.index(post) + 1 :] if post in SUPERIORS else SUPERIORS


def act(work: Handling, step: str) -> Act:
    """Asking about this case, or answering, as policy decides it."""
    case = work.case
    asked = Act(step, agency=case.agency_code, category=case.category)
    return subjects.concern(work.session, work.actor, work.content).of(asked)


def to_answer(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """The questions that wait for one's own posts, the oldest first. Raises Forbidden."""
    decisions.require(session, actor, Act("see", agency=actor.agency))
    held = [post for post in actor.works_as if post in SUPERIORS]
    asked = (
        select(Consultation, Case, Account.staff_no)
        .join(Case, Case.case_id == Consultation.case_id)
        .join(Account, Account.account_id == Consultation.asked_by)
        .outerjoin(
            ConsultationAnswer, ConsultationAnswer.consultation_id == Consultation.consultation_id
        )
        .where(
            Consultation.agency_code.in_(agencies.below(session, actor.agency)),
            Consultation.asked_post.in_(held),
            Consultation.asked_person != actor.person_id,
            ConsultationAnswer.consultation_id.is_(None),
            Case.status.in_(OPEN_STATUSES),
        )
        .order_by(Consultation.consultation_id)
        .limit(PAGE)
    )
    return [
        {
            "case_no": case.case_no,
            "process": case.process,
            "agency": case.agency_code,
            "due_on": case.due_on.isoformat(),
            "step": row.step,
            "asked_post": row.asked_post,
            "asked_by": by,
            "asked_at": moment_text(row.asked_at),
        }
        for row, case, by in session.execute(asked)
        if decisions.may(
            session, actor, Act(ANSWER.format(row.asked_post), agency=case.agency_code)
        )
    ]


def _open(work: Handling) -> None:
    if work.case.status in FINAL_STATUSES:
        raise CaseFinished(facts={"case_no": work.case.case_no})


def _filled(work: Handling, post: str) -> bool:
    asked = Act(ANSWER.format(post), agency=work.case.agency_code, category=work.case.category)
    people = decisions.who_can(work.session, asked)
    return any(one["staff_no"] != work.actor.staff_no for entry in people for one in entry["staff"])


def _keep(work: Handling, action: str, made: Consultation | ConsultationAnswer) -> None:
    handling.save_journal(work)
    agency = work.case.agency_code
    office_record.note(work.session, agency, action, [made], actor=work.actor, noted=NOTED)


def _count(session: Session, case_id: int) -> int:
    asked = select(func.count()).where(Consultation.case_id == case_id)
    return session.execute(asked).scalar_one()
