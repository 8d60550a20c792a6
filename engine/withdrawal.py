"""Withdrawing a case: the applicant may, as long as nothing was posted."""

from sqlalchemy.orm import Session

from authz import decisions, epoch
from authz.actors import Actor
from database import digest
from database.refusals import Conflict
from engine import handling, maker, progress
from engine.handling import Handling
from engine.office import Office
from engine.record import FINAL_STATUSES


class CaseFinished(Conflict):
    """This case has ended and stays as it is; an error in it is corrected by a case of its own."""

    rule = "case.finished"


def withdraw(session: Session, office: Office, actor: Actor, case_no: str, reason: str) -> Handling:
    """End an open case at the applicant's wish, with his reason. Raises CaseFinished."""
    epoch.hold(session)
    work = handling.open_case(session, office, actor, case_no)
    permit = decisions.require(session, actor, maker.act(work, "withdraw"))
    if work.case.status in FINAL_STATUSES:
        raise CaseFinished(facts={"case_no": case_no})
    work.case.sequence += 1
    # The reason is the applicant's own words: the journal covers it without repeating it.
    salt = digest.new_salt()
    work.case.ending_reason = [salt, reason]
    work.note("withdrawn_by_applicant", post=permit.post, reason=digest.commitment(salt, reason))
    progress.end(work, "withdrawn")
    handling.save(work)
    return work
