"""What is wrong with a form as it stands, and what would follow: asked as one types, and before accepting.

A new application and a returned case alike are worked out by the engine's own functions, reading only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.dependencies import Reading
from authz.offices.agencies import Agency
from database import clock
from database.clock import office_date
from database.refusals import Forbidden, Invalid
from engine import applications, correction, cycles, intake
from engine.applications import Correction
from engine.contents import Computed
from engine.defining.definitions import Definition
from engine.employee_lists import RowsRefused
from engine.handling import Handling
from engine.process import GateRefused
from engine.rules.risk import Classification
from engine.timing import case_clocks
from engine.timing.deadlines import Deadline
from register import masked
from web.case_reading import opened
from web.counter import fields, values
from web.counter import typed as typing_
from web.counter.typed import Typed

WHOLE_FORM = "form"
EMPTY = frozenset({"form.missing", "form.string_too_short"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What would follow: level and route with reasons, posting, due date, by whose office."""

    classified: Classification
    computed: Computed
    deadline: Deadline
    agency: Agency


@dataclass(frozen=True, slots=True)
class Judged:
    """The errors of a form (``field``, ``message``, ``rule``, ``said`` by a gate) and what would follow.

    ``outcome`` is None while something is wrong. ``missing`` are the codes of required materials that
    aren't there: no error, the client then gets a notice. ``refused`` is why the person may not do it.
    ``untouched``: nothing of the form is typed, so what is wrong with it as a whole is still to be filled in.
    """

    errors: Sequence[dict[str, Any]]
    missing: Sequence[str]
    outcome: Outcome | None = None
    refused: Forbidden | None = None
    untouched: bool = False

    @property
    def blank(self) -> int:
        """How many required fields nobody has filled in yet."""
        return sum(
            error["rule"] in EMPTY or (self.untouched and error["field"] == WHOLE_FORM)
            for error in self.errors
        )

    @property
    def wrong(self) -> int:
        """How many fields say something that doesn't fit."""
        return len(self.errors) - self.blank

    def check(self) -> None:
        """Raise what stands in the way: Forbidden, or Invalid with every wrong field."""
        if self.refused is not None:
            raise self.refused
        if self.errors:
            text = "Some fields don't fit; each says why. Nothing was accepted."
            raise Invalid(text, errors=list(self.errors))


def judge(reading: Reading, definition: Definition, typed: Typed) -> Judged:
    """Judge a new application, or the correction of the case that ``typed`` names."""
    try:
        if typed.case_no:
            return _correction(opened(reading, typed.case_no), typed)
        return _application(reading, definition, typed)
    except Forbidden as refused:
        return Judged((), _missing(definition, set(typed.materials)), refused=refused)


def _application(reading: Reading, definition: Definition, typed: Typed) -> Judged:
    missing = _missing(definition, set(typed.materials))
    now = clock.now(reading.session)
    made, errors = typing_.application(definition, typed, office_date(now))
    if made is None:
        return Judged(errors, missing, untouched=not typed.form)
    try:
        taken = intake.work_out(
            reading.session, reading.office, reading.actor, made, now, locking=False
        )
    except Invalid as refused:
        return Judged(_errors(refused, typed), missing)
    return Judged(
        (),
        taken.missing,
        Outcome(taken.computed.classification, taken.computed, taken.deadline, taken.agency),
    )


def _correction(work: Handling, typed: Typed) -> Judged:
    definition = work.definition
    there = {row["code"] for row in work.content.materials} | set(typed.materials)
    missing = _missing(definition, there)
    given, errors = corrected(work, typed)
    if errors:
        return Judged(errors, missing)
    try:
        correction.permitted(work, next((t for t in work.tasks if t.step == "correct"), None))
        _, _, computed = correction.work_out(work, given, locking=False)
    except Invalid as refused:
        return Judged(_errors(refused, typed), missing)
    classified = cycles.classification(work, computed)
    due = case_clocks.terms(work.case, definition, classified.level).deadline()
    return Judged((), missing, Outcome(classified, computed, due, work.agency))


def corrected(work: Handling, typed: Typed) -> tuple[Correction, list[dict[str, Any]]]:
    """The correction as it was typed; a personal field left empty stays as it was in the case."""
    definition = work.definition
    form, errors = typing_.values_of(definition, typed)
    before = work.content.form
    if "rows" in form and form.get("list_id") == before.get("list_id"):
        # Whoever types rows wants the uploaded list no more.
        form.pop("list_id", None)
    # The list that is named brings its rows.
    listed = {"rows"} if form.get("list_id") else set()
    for name in definition.personal_fields() - listed - set(form):
        if name not in typed.form and name not in typed.cleared and before.get(name) is not None:
            form[name] = before[name]
    kept = {row["code"]: row.get("file") for row in work.content.materials}
    changed = [
        applications.Material.model_validate(material)
        for material in typing_.materials_of(typed)
        if material["file"] or material["code"] not in kept
    ]
    return Correction(form=form, materials=changed), errors


def _errors(refused: Invalid, typed: Typed) -> list[dict[str, Any]]:
    """A refusal as errors of fields: one about the whole form stands above it."""
    if not refused.errors or (isinstance(refused, RowsRefused) and "list_id" in typed.form):
        whole = {"field": WHOLE_FORM, "message": refused.detail, "rule": refused.rule}
        if isinstance(refused, GateRefused) and "message" in refused.facts:
            whole["said"] = refused.facts["message"]
        return [whole]
    codes = list(typed.materials)
    return [{**error, "field": _material_named(error["field"], codes)} for error in refused.errors]


def _material_named(path: str, codes: Sequence[str]) -> str:
    """``materials.0.file`` as the page calls it: by the material's code."""
    parts = path.split(".")
    if parts[0] == "materials" and len(parts) > 1 and parts[1].isdecimal():
        place = int(parts[1])
        return f"materials.{codes[place]}" if place < len(codes) else "form"
    return path


def _missing(definition: Definition, there: set[str]) -> list[str]:
    # The applicant signs what the check page shows: until then nobody misses his signature.
    there = there | {definition.guide.signature or ""}
    return [m.code for m in definition.guide.materials if m.required and m.code not in there]


@dataclass(frozen=True, slots=True)
class Before:
    """What a returned case says: its form as text, personal fields masked, and its materials by code."""

    form: Mapping[str, str]
    materials: Mapping[str, str]


def before(reading: Reading, typed: Typed) -> Before:
    """What the case that is being corrected says; nothing for a new application."""
    if not typed.case_no:
        return Before({}, {})
    work = opened(reading, typed.case_no)
    content, definition = work.content, work.definition
    shown = masked.masked_form(content.form, definition.personal_fields())
    return Before(
        {
            name: text
            for field in fields.of(definition)
            if shown.get(field.name) is not None
            for name, text in values.flat(field, shown[field.name]).items()
        },
        {row["code"]: row.get("file") or "" for row in content.materials},
    )
