"""What somebody may do with a case, and why not: each verb with the rule that refuses it.

Asked for showing; commands decide anew. Nothing is written.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.offices import agencies
from database import clock
from database.refusals import Forbidden, Refusal
from engine import correction, green_channel, maker, signing, signoffs, stored, task_permits, views
from engine.handling import Handling
from engine.journal import Chain
from engine.office import Office
from engine.ownership import consultation_record
from engine.ownership.consultations import Asking
from engine.record import FINAL_STATUSES, CaseContent, Task
from engine.rules.risk_file import HIGH
from engine.scans import signed_scans
from engine.scans.signed_scans import NothingSigned
from engine.timing import clock_orders, extension


@dataclass(frozen=True, slots=True)
class Verb:
    """Something one might do with a case; ``refusal`` is why not, None where it may be done."""

    name: str
    refusal: Refusal | None
    task: Task | None = None


def opened(session: Session, office: Office, actor: Actor, case_no: str) -> Handling:
    """The case as a reader sees it, without a lock; nothing of it may be saved.

    Raises CaseNotFound, Forbidden.
    """
    case = views.visible_case(session, actor, case_no)
    return Handling(
        session=session,
        office=office,
        actor=actor,
        case=case,
        content=session.get_one(CaseContent, (case.case_id, case.cycle)),
        definition=office.catalogue.at(case.definition),
        agency=agencies.known(session, case.agency_code),
        run=None,
        chain=Chain(case.case_no, case.journal_seq, case.journal_head),
        now=clock.now(session),
        tasks=stored.open_tasks(session, case.case_id),
        signed=signoffs.effective(session, case.case_id, case.cycle),
    )


def verbs(work: Handling) -> dict[str, Verb]:
    """What the reader may do: ``sign`` the waiting task, ``correct``, ``deliver`` and so on."""
    found = {
        "verify": Verb("verify", _refused(work, _about(work, "verify"))),
        "scan": Verb("scan", _scan(work)),
    }
    if work.case.status in FINAL_STATUSES:
        return found
    found["withdraw"] = Verb("withdraw", _refused(work, maker.act(work, "withdraw")))
    if work.case.risk_level == HIGH:
        found["stop_clock"] = Verb("stop_clock", _refused(work, maker.act(work, clock_orders.STEP)))
        found["extend"] = Verb("extend", _refused(work, maker.act(work, extension.STEP)))
    found["deliver"] = Verb("deliver", _refused(work, maker.act(work, "message")))
    if decisions.may(work.session, work.actor, _about(work, green_channel.APPROVE)) is not None:
        found["green"] = Verb("green", None)
    for task in work.tasks:
        if task.step == "correct":
            found["correct"] = Verb("correct", _correction(work, task), task)
        else:
            found["sign"] = Verb("sign", _signature(work, task), task)
    return found


def listed(work: Handling) -> list[dict[str, Any]]:
    """The verbs as answers show them: ``{verb, task_id, available, refusal}``."""
    return [
        {
            "verb": verb.name,
            "task_id": None if verb.task is None else verb.task.task_id,
            "available": verb.refusal is None,
            "refusal": None if verb.refusal is None else _told(verb.refusal),
        }
        for verb in verbs(work).values()
    ]


def _told(refusal: Refusal) -> dict[str, Any]:
    return {
        "rule": refusal.rule,
        "detail": refusal.detail,
        "who_can": refusal.who_can,
        "facts": refusal.facts,
    }


def _signature(work: Handling, task: Task) -> Refusal | None:
    refused = task_permits.why_not(work, task)
    if refused is None and task_permits.held_by_another(work, task):
        return signing.held(work, task)
    return refused or _asking(work)


def _correction(work: Handling, task: Task) -> Refusal | None:
    """As ``engine.correction`` decides it."""
    try:
        correction.permitted(work, task)
    except Forbidden as refused:
        return refused
    return _asking(work)


def _asking(work: Handling) -> Refusal | None:
    """A case waits while a superior is asked about it."""
    if consultation_record.waiting(work.session, work.case.case_id) is None:
        return None
    return Asking(facts={"case_no": work.case.case_no})


def _scan(work: Handling) -> Refusal | None:
    """As ``engine.scans.signed_scans`` decides it."""
    refused = _refused(work, maker.act(work, signed_scans.STEP))
    if refused is None and not work.case.sign_off_count:
        return NothingSigned()
    return refused


def _refused(work: Handling, act: Act) -> Forbidden | None:
    refused = decisions.why_not(work.session, work.actor, act)
    return None if refused is None else task_permits.dated(work, refused)


def _about(work: Handling, step: str) -> Act:
    return Act(step, agency=work.case.agency_code, category=work.case.category)
