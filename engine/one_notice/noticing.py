"""Telling the applicant of a returned case what he has to bring or set right: the notice as a command."""

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from authz import epoch
from authz.actors import Actor
from database.refusals import Conflict
from engine import correction, handling
from engine.correction import NotReturned
from engine.handling import Handling
from engine.office import Office
from engine.one_notice import faults, notices
from engine.one_notice.faults import Fault


class NothingLacks(Conflict):
    """Nothing is missing and no fault is named: there is nothing to tell the applicant."""

    rule = "notice.nothing"


class NoticeRequest(BaseModel):
    """The body of a notice: what was found wrong; what is missing is named by itself."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    faults: list[Fault] = Field(default_factory=list, max_length=faults.MOST)


def tell(
    session: Session, office: Office, actor: Actor, case_no: str, request: NoticeRequest
) -> Handling:
    """Give the applicant of a returned or waiting case one notice of everything; the case waits for him.

    Whoever corrects the case gives it. Raises CaseNotFound, Forbidden, AnotherCorrects, NotReturned, Invalid,
    NothingLacks, SecondNotice, OwnPermit.
    """
    epoch.hold(session)
    work = handling.open_case(session, office, actor, case_no)
    task = next((task for task in work.tasks if task.step == "correct"), None)
    correction.permitted(work, task)
    if task is None:
        raise NotReturned(facts={"case_no": case_no})
    there = {material["code"] for material in work.content.materials}
    faults.check(work.definition, request.faults, there)
    if not (request.faults or work.content.missing):
        raise NothingLacks(facts={"case_no": case_no})
    work.case.sequence += 1
    notices.give(work, request.faults)
    handling.save(work)
    return work
