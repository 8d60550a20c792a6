"""Signing a waiting task: approve, return, refuse or escalate, over exactly what was seen."""

from sqlalchemy.orm import Session

from authz import decisions, epoch
from authz.actors import Actor
from authz.decisions import Permit
from authz.granting.grants import GrantToSelf
from authz.offices import accounts
from authz.signing_in import confirmations
from authz.signing_in.passwords import PasswordProof
from database import prepared
from database.clock import moment_text
from database.refusals import Conflict, Forbidden, NotFound
from engine import (
    contents,
    covered,
    enrolling,
    handling,
    openings,
    progress,
    recomputing,
    sign_off_requests,
    signoffs,
    since_seen,
    task_permits,
)
from engine.city_meetings import resolutions
from engine.handling import Handling
from engine.office import Office
from engine.ownership import consultations
from engine.process import GateRefused
from engine.record import AGENCY, FINAL_STATUSES, Task
from engine.rules.risk_file import STEPS
from engine.sign_off_requests import SignOffRequest

OWN_CASE = "duties.own_case"


class TaskNotFound(NotFound):
    """There is no such task, or it is not yours to see."""

    rule = "task.not_found"


class TaskNotWaiting(Conflict):
    """This task is no longer waiting: read the case again to see what happened."""

    rule = "task.not_waiting"


class TaskHeld(Conflict):
    """Another person holds this task: he signs or releases it first."""

    rule = "task.claimed"


class NotConcluding(Conflict):
    """A case is handed to the city by the director's concluding signature, at no other step."""

    rule = "task.escalate"


class CaseChanged(Conflict):
    """The case changed since you read it: read it again before you sign."""

    rule = "case.changed"


class PasswordNeeded(Forbidden):
    """What is signed on level-1 business takes your password once more; it then stands for ten minutes."""

    rule = "signing.password"


def sign(
    session: Session,
    office: Office,
    actor: Actor,
    task_id: str,
    request: SignOffRequest,
    *,
    proof: PasswordProof | None,
    recall: bool = False,
) -> Handling:
    """Sign one waiting task and let the case run on.

    At level 1 the password was just proved, or with ``recall`` still stands from earlier in this sign-in
    (``confirmations``); a request that carried a wrong one must not say ``recall``. If the posting would
    now differ from what was shown, nothing is signed: the case goes back (``register_changed``) and the
    answer is the returned case. Raises NotFound, Forbidden, Conflict or Invalid, in this order.
    Source: 陕社保发[2016]27号 §11, §12.
    """
    epoch.hold(session)
    work, task = open_task(session, office, actor, task_id)
    _announce(work, request)
    permit = _permit(work, task, request)
    _still_waiting(work, task)
    if task.step == "correct":
        raise Conflict(
            "This case waits for a correction: send form and materials.", rule="task.correct"
        )
    if request.decision == "escalate" and not concludes(task):
        raise NotConcluding(facts={"case_no": work.case.case_no, "step": task.step})
    consultations.require_answered(work)
    if work.case.risk_level == 1 and task.step != "handle":
        work.told["password_at"] = password_given(work, proof, recall=recall)
    if request.seen != covered.seen(work):
        raise _changed(work, request.seen)
    sign_off_requests.check(work, task, request)
    work.case.sequence += 1
    decision = _decided(work, task, permit, request)
    if decision == "escalate":
        work.case.route = "city_approval"
        work.note("escalated", post=permit.post, route=work.case.route)
    _run_on(work, task, decision)
    return work


def _announce(work: Handling, request: SignOffRequest) -> None:
    """Let the database begin with what will be read unless the signature is refused."""
    session, case = work.session, work.case
    if case.status in FINAL_STATUSES:
        return
    if request.decision in signoffs.APPROVING:
        enrolling.ahead(session, case, work.content, work.definition)
        openings.ahead(session, case, work.actor.account_id)
    prepared.start(session)


def _decided(work: Handling, task: Task, permit: Permit, request: SignOffRequest) -> str:
    """Sign off, and answer the decision; or, where the register has changed, note that: a return."""
    if request.decision in signoffs.APPROVING and _register_changed(work):
        work.note(
            "register_changed",
            post=permit.post,
            rule="register_changed",
            step=task.step,
            cycle=work.case.cycle,
        )
        return "return"
    _tell_openings(work)
    handling.sign_off(
        work,
        task.step,
        permit,
        request.decision,
        opinion=request.opinion,
        reasons=sign_off_requests.reasons(request),
        resolution=resolutions.signed(work, task, request.decision, request.resolution),
    )
    return request.decision


def _run_on(work: Handling, task: Task, decision: str) -> None:
    progress.close(work, task)
    work.require_run().complete(task.token, work.facts(decision))
    progress.advance(work)
    handling.save(work)


def open_task(
    session: Session, office: Office, actor: Actor, task_id: str
) -> tuple[Handling, Task]:
    """The case of a task under lock, and the task; raises TaskNotFound also for a foreign one."""
    try:
        work = handling.open_case_of_task(session, office, actor, task_id)
    except handling.CaseNotFound:
        raise TaskNotFound from None
    task = next((task for task in work.tasks if task.task_id == task_id), None)
    return work, task or session.get_one(Task, task_id)


def concludes(task: Task) -> bool:
    """Whether this is the director's own step, the only one at which the proof lets a case escalate."""
    return task.step == STEPS["director"]


def _permit(work: Handling, task: Task, request: SignOffRequest) -> Permit:
    try:
        permit = task_permits.required(work, task)
        if request.decision == "escalate":
            act = task_permits.task_act(work, task, "escalate")
            decisions.require(work.session, work.actor, act)
    except Forbidden as refused:
        task_permits.dated(work, refused).facts.setdefault("case_no", work.case.case_no)
        if refused.rule == OWN_CASE and work.case.subject_kind == AGENCY:
            raise GrantToSelf(who_can=refused.who_can, facts=refused.facts) from refused
        raise
    return permit


def _still_waiting(work: Handling, task: Task) -> None:
    if task.closed_at is not None or work.case.status in FINAL_STATUSES:
        raise TaskNotWaiting(facts={"case_no": work.case.case_no})
    if task_permits.held_by_another(work, task):
        raise held(work, task)


def held(work: Handling, task: Task) -> TaskHeld:
    """The refusal that names who holds a task."""
    holder = accounts.identify(work.session, task.claimed_by or 0)
    who = {"post": task.post, "agency": task.agency_code, "staff": [holder]}
    return TaskHeld(who_can=[who], facts={"case_no": work.case.case_no})


def password_given(work: Handling, proof: PasswordProof | None, *, recall: bool) -> str:
    """When the password was given that counts for this signature, for the journal to tell.

    Raises PasswordNeeded where none counts.
    """
    session, actor = work.session, work.actor
    given = confirmations.given_at(session, actor, proof, recall=recall, now=work.now)
    draft = actor.draft
    if given is not None and draft and not confirmations.stands(given, draft.signed_at):
        # Given after the signature was prepared: what is signed says an earlier moment.
        given = None
    if given is None:
        raise PasswordNeeded
    return moment_text(given)


def _changed(work: Handling, seen: str) -> CaseChanged:
    """The refusal that says what happened since the case was read."""
    facts = {"case_no": work.case.case_no}
    since = since_seen.happened(work.session, work.case, seen)
    if not since:
        return CaseChanged(facts=facts)
    return CaseChanged(
        f"The case changed since you read it ({since}): read it again before you sign.", facts=facts
    )


def _tell_openings(work: Handling) -> None:
    """Let the journal tell what the signer had opened before; nothing where that is nothing."""
    case, account_id = work.case, work.actor.account_id
    opened = openings.seen_by(work.session, case, case.cycle, account_id)
    if opened:
        work.told["opened"] = opened


def _register_changed(work: Handling) -> bool:
    """Whether what would be written now differs from what was shown; a gate that closed counts too."""
    form = contents.form_again(work.definition, work.content.form)
    try:
        now = recomputing.compute(work, form, work.content.messages)
    except GateRefused:
        return True
    work.document = now.document
    return contents.differs(work.content.posting, now.posting)
