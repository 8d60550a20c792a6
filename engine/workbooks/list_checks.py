"""The check of a list before a case takes it: every row by form and register, all errors at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.offices import agencies
from database import clock
from database.refusals import Invalid
from engine import contents, subjects
from engine.applications import field_errors
from engine.contents import Computed
from engine.defining.definition import Definition
from engine.employee_lists import EmployeeList, Problem, RowsRefused
from engine.office import Office
from engine.process import Form, GateRefused
from engine.workbooks import list_columns, lists
from engine.workbooks.list_reading import ReadList
from engine.workbooks.lists import Checked
from register.records import Records


@dataclass(frozen=True, slots=True)
class Asked:
    """Which list is sent: of which business, of which employer, and the form's other fields."""

    process: str
    uscc: str
    form: Mapping[str, Any]


def opened(session: Session, office: Office, actor: Actor, process: str) -> Definition:
    """The business the list is for; one that is offered no more still takes lists for its open cases.

    Raises UnknownProcess, TakesNoList, Forbidden.
    """
    definition = office.catalogue.known_at(process)
    list_columns.row_model(definition)
    act = Act("accept", agency=actor.agency, process=definition.code, category=definition.category)
    decisions.require(session, actor, act)
    return definition


def judged(session: Session, office: Office, actor: Actor, asked: Asked, read: ReadList) -> Checked:
    """The list with what is wrong in which row, and what the rest of it adds up to; writes nothing.

    The register is read in a fixed number of queries. Raises NotRegistered, Invalid where the form's other
    fields don't fit, and the gates that are about the whole and not about rows.
    """
    definition = opened(session, office, actor, asked.process)
    today = clock.today(session)
    records = subjects.employer(session, actor, asked.uscc.upper(), today)
    wrong = {problem.row for problem in read.problems}
    good = [place for place in range(len(read.rows)) if place not in wrong]
    form = _form(definition, asked.form, [read.rows[place] for place in good])
    problems, computed = list(read.problems), None
    if form is not None:
        records = lists.named(session, records, form, locking=False)
        found, computed = _by_register(session, office, actor, definition, records, form)
        problems += [
            Problem(good[problem.row], problem.field, problem.rule, problem.zh, problem.en)
            for problem in found
        ]
    return Checked(
        process=definition.code,
        employer_id=subjects.identifier(records)[1],
        rows=read.rows,
        lines=read.lines,
        problems=sorted(problems, key=lambda problem: problem.row),
        totals=_totals(computed),
    )


def _form(definition: Definition, header: Mapping[str, Any], rows: list[Any]) -> Form | None:
    """The form with these rows; None where none is left. Raises Invalid for its other fields."""
    stood_in = {**header, "list_id": "0" * 64, "rows": rows}
    try:
        form = definition.form.model_validate(stood_in)
    except ValidationError as wrong:
        raise Invalid(
            "Fill in the form's other fields first: rows are checked by them.",
            errors=field_errors(wrong, "form"),
        ) from None
    return form if rows else None


def _by_register(
    session: Session,
    office: Office,
    actor: Actor,
    definition: Definition,
    records: Records,
    form: Form,
) -> tuple[tuple[Problem, ...], Computed | None]:
    """What the register says against rows, and what follows from the others."""
    kind = agencies.known(session, actor.agency).kind
    try:
        return (), contents.follows(definition, office.risk, kind, records, form)
    except RowsRefused as refused:
        problems = refused.problems
    remaining = _without(form, {problem.row for problem in problems})
    if remaining is None:
        return problems, None
    try:
        return problems, contents.follows(definition, office.risk, kind, records, remaining)
    except GateRefused:
        # Only the whole list adds up to what the form says of it.
        return problems, None


def _without(form: Form, places: set[int]) -> Form | None:
    if not isinstance(form, EmployeeList):
        return None
    rows = [row for place, row in enumerate(form.rows) if place not in places]
    return form.model_copy(update={"rows": rows}) if rows else None


def _totals(computed: Computed | None) -> dict[str, Any]:
    """What the rows that can be done add up to; nothing where none can."""
    if computed is None:
        return {}
    posting = computed.posting
    return {
        "risk_level": computed.classification.level,
        "lines": len(posting["lines"]),
        "changes": len(posting["changes"]),
        "derivation": posting["derivation"],
        "parameters": posting["parameters"],
    }
