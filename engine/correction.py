"""Correcting a returned case, or bringing what was missing: a new cycle, every sign-off from the start."""

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from authz import decisions, epoch, standing
from authz.actors import Actor
from authz.offices import accounts
from database.clock import office_date
from database.refusals import Conflict, Forbidden, Invalid
from engine import (
    applications,
    contents,
    covered,
    cycles,
    handling,
    maker,
    progress,
    recomputing,
    stored,
    subjects,
)
from engine.applications import Applicant, Correction, Material
from engine.contents import Computed
from engine.grants import grant_cases, grant_entries
from engine.handling import Handling
from engine.office import Office
from engine.one_notice import faults, notices
from engine.one_notice.faults import Fault
from engine.ownership import consultations
from engine.paperwork import documents
from engine.process import Form
from engine.record import AGENCY, Task
from engine.rules import rule_changes, rule_entries
from engine.rules.rule_changes import ChangeEntry
from engine.scans import files
from engine.subjects import Concern
from engine.workbooks import lists


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
    under a form that now says something else. Faults found in what was brought keep the case waiting, told to
    the applicant in another notice. By a person who holds the right,
    the correction carries the new ``handle``. Level and route are computed again under the same risk
    table, never lower. Raises as ``accept`` does, and NotReturned, AnotherCorrects, SecondNotice.
    """
    epoch.hold(session)
    work = handling.open_case(session, office, actor, case_no)
    task = next((task for task in work.tasks if task.step == "correct"), None)
    permitted(work, task)
    if task is None:
        raise NotReturned(facts={"case_no": case_no})
    consultations.require_answered(work)
    form, given, computed = work_out(work, correction)
    materials, missing = applications.listed(work.definition, given)
    row = contents.content_row(
        work.content.applicant,
        form,
        materials,
        missing,
        computed,
        work.definition.guide.signature,
        came_corrected(work, correction),
    )
    faults.check(work.definition, correction.faults, {material["code"] for material in materials})
    cycles.begin(work, row, computed)
    work.note("correct", post=task.post, **covered.of_cycle(work))
    _run_on(work, task, correction.faults)
    return work


def work_out(
    work: Handling, correction: Correction, *, locking: bool = True
) -> tuple[Form, list[Material], Computed]:
    """The form, all materials and what follows from them, if this is corrected so; writes nothing.

    Raises Invalid with every wrong field, or a gate of the process.
    """
    if work.case.subject_kind == AGENCY:
        return _of_a_register(work, correction)
    case, before, session = work.case, work.content, work.session
    applicant = Applicant.model_validate(before.applicant)
    given = cycles.materials(before.materials, correction.materials)
    said = before.form if correction.form is None else correction.form
    form = applications.check(work.definition, applicant, said, given, office_date(work.now))
    form = lists.filled(
        session, case.agency_code, work.definition, form, case.subject_id, before=before.form
    )
    if form.model_dump(mode="json") != before.form:
        given = _signed_anew(work, given, correction)
    files.check(session, [material.file for material in given], case.agency_code)
    _not_his_own(work, lists.concern(work.session, work.actor, form))
    came = came_corrected(work, correction)
    computed = recomputing.compute(work, form, came, locking=locking)
    _not_his_own(work, subjects.founding(work.session, work.actor, computed.posting))
    return form, given, computed


def _of_a_register(work: Handling, correction: Correction) -> tuple[Form, list[Material], Computed]:
    """As ``work_out`` for a case of the office's own registers: an application, without materials."""
    given = work.content.form if correction.form is None else correction.form
    applications.check_form(work.definition, given)
    errors = applications.material_errors(correction.materials, [])
    if errors:
        raise Invalid("An application takes no materials. Nothing was corrected.", errors=errors)
    said = _rule(work, given) if work.case.process == rule_entries.CODE else _grant(work, given)
    form = work.definition.form.model_validate(said)
    return form, [], recomputing.compute(work, form, None)


def _rule(work: Handling, given: dict[str, Any]) -> dict[str, Any]:
    """The corrected application for a change of the same rule, as its form says it."""
    before = work.content.form
    asked = {name: given[name] for name in ("digest", "effective_on", "basis")}
    said = rule_changes.checked(work.session, work.office, ChangeEntry.model_validate(asked))
    if any({said[name], given[name]} != {before[name]} for name in ("kind", "rule_name")):
        text = "is about another rule: withdraw, and apply anew"
        errors = [applications.field_error("form.rule_name", text, rule="rule_change.text")]
        raise Invalid("The rule of an application stays.", errors=errors)
    return said


def _grant(work: Handling, given: dict[str, Any]) -> dict[str, Any]:
    """The corrected application for a grant to the same agency, as its form says it."""
    try:
        entry = grant_entries.entry_of(given)
    except ValidationError as wrong:
        errors = applications.field_errors(wrong, "form")
        raise Invalid("Some fields don't fit; each says why.", errors=errors) from wrong
    if entry.agency != work.case.subject_id:
        text = "is about another agency: withdraw, and apply anew"
        errors = [applications.field_error("form.agency", text, rule="grant.invalid")]
        raise Invalid("The agency of an application stays.", errors=errors)
    grant_cases.check_again(work, entry)
    return grant_cases.said(entry)


def _not_his_own(work: Handling, found: Concern) -> None:
    """Raise Forbidden where the corrected case would be about whoever corrects it, or a relative of his."""
    if found:
        act = found.of(maker.act(work, "correct"))
        decisions.require(work.session, work.actor, act)


def came_corrected(work: Handling, correction: Correction) -> dict[str, Any] | None:
    """The messages that came, as they are stored, with the data that this corrects.

    Raises Invalid for one that never came, and with every wrong field.
    """
    before = work.content.messages or {}
    came, errors = dict(before), []
    for name, data in correction.messages.items():
        kind = work.definition.messages.get(name)
        if name not in before or kind is None:
            text = "never came: only what was delivered can be corrected"
            errors.append(
                applications.field_error(f"messages.{name}", text, rule="message.not_come")
            )
            continue
        try:
            message = kind.model_validate(data)
        except ValidationError as wrong:
            errors += applications.field_errors(wrong, f"messages.{name}")
            continue
        said = message.model_dump(mode="json")
        if said != before[name]["data"]:
            came[name] = {"delivered_by": work.actor.person_id, "data": said}
    if errors:
        raise Invalid("Some fields don't fit; each says why. Nothing was corrected.", errors=errors)
    return came or None


def permitted(work: Handling, task: Task | None) -> None:
    """Raise Forbidden, AnotherCorrects where the acting person may not correct this case."""
    actor, session = work.actor, work.session
    act = maker.act(work, "correct")
    decisions.require(session, actor, act)
    own = {actor.account_id, *(done.absent_id for done in actor.stood_in)}
    if task is None or task.reserved_for is None or task.reserved_for in own:
        return
    # Whoever handled it is away, has left or changed his post: a colleague in that post takes over.
    whose = standing.of(session, task.reserved_for)
    there = whose is not None and whose.away is None
    if there and task.post in accounts.posts_of(session, task.reserved_for):
        staff = accounts.identify(session, task.reserved_for)
        raise AnotherCorrects(
            who_can=[{"post": task.post, "agency": task.agency_code, "staff": [staff]}],
            facts={"case_no": work.case.case_no},
        )
    if task.post not in actor.works_as:
        raise AnotherCorrects(facts={"case_no": work.case.case_no})


def _signed_anew(work: Handling, listed: list[Material], correction: Correction) -> list[Material]:
    """Nobody signed what the form says now, unless the correction brings the signature with it."""
    own = work.definition.guide.signature
    given = {material.code for material in correction.materials}
    return [material for material in listed if material.code != own or own in given]


def _run_on(work: Handling, task: Task, found: Sequence[Fault]) -> None:
    progress.close(work, task)
    run = work.require_run()
    if work.content.missing or found:
        run.complete(task.token, work.facts("return"))
        progress.advance(work)
        notices.give(work, found)
    else:
        run.complete(task.token, work.facts("correct"))
        # It may post at once, and the database's guard holds the posting against the case's row.
        stored.save_case(work.session, work.case)
        maker.handle_if_permitted(work)
        _slip(work)
    handling.save(work)


def _slip(work: Handling) -> None:
    """A case that waited for its applicant from the start is now taken in: he gets his slip."""
    if work.case.status != "in_progress":
        return
    if documents.latest(work.session, work.case.case_no, "acceptance") is None:
        notices.acceptance_slip(work)
