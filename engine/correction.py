"""Correcting a returned case, or bringing what was missing: a new cycle, every sign-off from the start."""

from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from authz import accounts, decisions, epoch
from authz.actors import Actor
from database.clock import office_date
from database.refusals import Conflict, Forbidden
from engine import (
    applications,
    contents,
    deadlines,
    enrolling,
    files,
    handling,
    lists,
    maker,
    notices,
    progress,
    risk,
    risk_history,
    stored,
    subjects,
)
from engine.applications import Applicant, Correction, Material
from engine.contents import Computed
from engine.handling import Handling
from engine.office import Office
from engine.process import Form
from engine.record import Task
from engine.risk import Classification


class NotReturned(Conflict):
    """This case does not wait for a correction: read it again to see where it stands."""

    rule = "case.not_returned"


class AnotherCorrects(Forbidden):
    """A returned case is corrected by whoever handled it."""

    rule = "correction.another"


def correct(
    session: Session, office: Office, actor: Actor, case_no: str, correction: Correction
) -> Handling:
    """Replace form and materials, void the earlier sign-offs, and start the chain again.

    Materials given replace those of the same code; the others stay, but for the applicant's signature
    under a form that now says something else. By a person who holds the right,
    the correction carries the new ``handle``. Level and route are computed again under the same risk
    table, never lower. Raises as ``accept`` does, and NotReturned, AnotherCorrects.
    """
    epoch.hold(session)
    work = handling.open_case(session, office, actor, case_no)
    task = next((task for task in work.tasks if task.step == "correct"), None)
    permitted(work, task)
    if task is None:
        raise NotReturned(facts={"case_no": case_no})
    form, given, computed = work_out(work, correction)
    materials, missing = applications.listed(work.definition, given)
    row = contents.content_row(
        work.content.applicant, form, materials, missing, computed, work.definition.guide.signature
    )
    _begin_cycle(work, row, computed)
    work.note("correct", post=task.post, **handling.covered(work))
    _run_on(work, task)
    return work


def work_out(
    work: Handling, correction: Correction, *, locking: bool = True
) -> tuple[Form, list[Material], Computed]:
    """The form, all materials and what follows from them, if this is corrected so; writes nothing.

    Raises Invalid with every wrong field, or a gate of the process.
    """
    case, before, session = work.case, work.content, work.session
    applicant = Applicant.model_validate(before.applicant)
    given = _merged(before.materials, correction.materials)
    said = before.form if correction.form is None else correction.form
    form = applications.check(work.definition, applicant, said, given, office_date(work.now))
    form = lists.filled(
        session, case.agency_code, work.definition, form, case.subject_id, before=before.form
    )
    if form.model_dump(mode="json") != before.form:
        given = _signed_anew(work, given, correction)
    files.check(session, [material.file for material in given], case.agency_code)
    records = enrolling.again(session, case, before, work.definition, locking=locking)
    computed = contents.compute(
        session,
        work.definition,
        risk_history.at(session, work.office.risk, case.risk_table),
        work.agency,
        lists.named(session, records, form, locking=locking),
        form,
    )
    if subjects.founds_actor(work.actor, computed.posting):
        own = replace(maker.act(work, "correct"), own_case=True)
        decisions.require(session, work.actor, own)
    return form, given, computed


def classification(work: Handling, computed: Computed) -> Classification:
    """Level and route of the corrected case: worked out again, never lower."""
    case = work.case
    table = risk_history.at(work.session, work.office.risk, case.risk_table)
    return risk.never_lower(table, (case.risk_level, case.route), computed.classification)


def permitted(work: Handling, task: Task | None) -> None:
    """Raise Forbidden, AnotherCorrects where the acting person may not correct this case."""
    actor, session = work.actor, work.session
    act = maker.act(work, "correct")
    decisions.require(session, actor, act)
    if task is None or task.reserved_for in (None, actor.account_id):
        return
    # Whoever handled it has left or changed his post: a colleague in that post takes over.
    if task.post in accounts.posts_of(session, task.reserved_for):
        staff = accounts.identify(session, task.reserved_for)
        raise AnotherCorrects(
            who_can=[{"post": task.post, "agency": task.agency_code, "staff": [staff]}],
            facts={"case_no": work.case.case_no},
        )
    if task.post not in actor.posts:
        raise AnotherCorrects(facts={"case_no": work.case.case_no})


def _merged(before: list[dict[str, Any]], given: list[Material]) -> list[Material]:
    kept = {row["code"]: _as_given(row) for row in before}
    replaced = {material.code for material in given}
    return [material for code, material in kept.items() if code not in replaced] + list(given)


def _as_given(row: dict[str, Any]) -> Material:
    return Material.model_validate({name: row[name] for name in Material.model_fields})


def _signed_anew(work: Handling, listed: list[Material], correction: Correction) -> list[Material]:
    """Nobody signed what the form says now, unless the correction brings the signature with it."""
    own = work.definition.guide.signature
    given = {material.code for material in correction.materials}
    return [material for material in listed if material.code != own or own in given]


def _begin_cycle(work: Handling, row: dict[str, Any], computed: Computed) -> None:
    case = work.case
    classified = classification(work, computed)
    if classified.level == 1 < case.risk_level:
        # Instant business has become limited: the guide's limit counts, from the same acceptance.
        deadline = deadlines.due(
            case.accepted_at, work.definition.guide.time_limit.days, instant=False
        )
        case.due_on, case.deadline = deadline.due_on, dict(deadline.derivation)
    case.cycle += 1
    case.sequence += 1
    case.risk_level, case.route = classified.level, classified.route
    case.risk_reasons = [dict(reason) for reason in classified.reasons]
    case.meeting_required = case.meeting_required or classified.meeting_required
    case.amount_cents = computed.amount_cents
    work.content = contents.add(work.session, case, row, work.actor.account_id, work.now)
    work.signed = []
    work.document = computed.document


def _run_on(work: Handling, task: Task) -> None:
    progress.close(work, task)
    run = work.require_run()
    if work.content.missing:
        run.complete(task.token, work.facts("return"))
        progress.advance(work)
        notices.missing_materials(work)
    else:
        run.complete(task.token, work.facts("correct"))
        # It may post at once, and the database's guard holds the posting against the case's row.
        stored.save_case(work.session, work.case)
        maker.handle_if_permitted(work)
    handling.save(work)
