"""What stands on a teller's form, as typed: read from the page, kept as a draft, made an application.

Nothing in it is judged: a draft keeps a half-typed number as it is.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson
from pydantic import ValidationError

from database.refusals import Invalid
from engine import applications
from engine.applications import Application
from engine.defining.definitions import Definition
from web.counter import fields, values
from web.counter.fields import Field
from web.counter.values import NotReadable
from web.forms import Sent

APPLICANT = ("kind", "id_no", "name")
AGENT = ("name", "id_no", "authorization")
LONGEST = 2000
_DEFAULT_KIND = "person"


@dataclass(slots=True)
class Typed:
    """Applicant, form and materials as text; ``case_no`` where a returned case is being corrected.

    ``applicant`` also has ``agent.name`` … where somebody acts for the applicant. ``materials`` are those
    handed in, by code, with the digest of the scan (empty without one). ``cleared`` are the fields of a
    correction that are to be left out.
    """

    applicant: dict[str, str] = field(default_factory=lambda: {"kind": _DEFAULT_KIND})
    form: dict[str, str] = field(default_factory=dict)
    materials: dict[str, str] = field(default_factory=dict)
    case_no: str = ""
    cleared: list[str] = field(default_factory=list)

    def content(self) -> dict[str, Any]:
        """As a draft keeps it."""
        return {
            "applicant": self.applicant,
            "form": self.form,
            "materials": self.materials,
            "case_no": self.case_no,
            "cleared": self.cleared,
        }

    def digest(self) -> str:
        """What this is, for whoever wants to be sure that nothing changed since it was shown."""
        said = orjson.dumps(self.content(), option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(said).hexdigest()

    @property
    def by_agent(self) -> bool:
        """Whether somebody acts for the applicant."""
        return self.applicant.get("by") == "agent"


def kept(content: Mapping[str, Any]) -> Typed:
    """What a draft keeps."""
    return Typed(
        applicant=dict(content.get("applicant") or {"kind": _DEFAULT_KIND}),
        form=dict(content.get("form") or {}),
        materials=dict(content.get("materials") or {}),
        case_no=str(content.get("case_no") or ""),
        cleared=list(content.get("cleared") or ()),
    )


def sent(definition: Definition, form: Sent) -> Typed:
    """What the page sent; a field that the process doesn't have is left out."""
    applicant = {name: _text(form, f"applicant.{name}") for name in (*APPLICANT, "by")}
    applicant |= {f"agent.{name}": _text(form, f"applicant.agent.{name}") for name in AGENT}
    applicant["kind"] = applicant["kind"] or _DEFAULT_KIND
    known = fields.of(definition)
    guide = definition.guide.materials
    return Typed(
        applicant={name: said for name, said in applicant.items() if said},
        form={
            name: text
            for f in known
            for name in (f.cells() or [f.name])
            if (text := _text(form, f"form.{name}"))
        },
        materials={
            m.code: _text(form, f"materials.{m.code}.file")
            for m in guide
            if form.get(f"materials.{m.code}") is not None
        },
        case_no=_text(form, "case_no"),
        cleared=[f.name for f in known if form.get(f"clear.{f.name}") is not None],
    )


def application(
    definition: Definition, typed: Typed, today: date
) -> tuple[Application | None, list[dict[str, Any]]]:
    """The application, or every field that stands in its way, all at once."""
    form, errors = values_of(definition, typed)
    said = {
        "process": definition.code,
        "applicant": _applicant(typed),
        "form": form,
        "materials": materials_of(typed),
    }
    try:
        made = Application.model_validate(said)
    except ValidationError as wrong:
        errors += applications.field_errors(wrong)
        errors += _form_errors(definition, form)
        return None, _once(errors)
    try:
        applications.check(definition, made.applicant, made.form, made.materials, today)
    except Invalid as refused:
        errors += map(dict, refused.errors)
    return (None if errors else made), _once(errors)


def values_of(definition: Definition, typed: Typed) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The form's values by name, and the fields whose text can't be read as one."""
    return read_fields(fields.of(definition), typed.form)


def read_fields(
    known: Sequence[Field], form: Mapping[str, str]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The values of these fields by name, and those whose text can't be read as one."""
    found: dict[str, Any] = {}
    errors: list[dict[str, Any]] = []
    for one in known:
        if one.kind == "rows":
            rows = [
                _read(one.columns, said, f"{one.path}.{row}.", errors)
                for row, said in enumerate(one.filled(form))
            ]
            found |= {one.name: rows} if rows else {}
    return found | _read(known, form, "form.", errors), errors


def _read(
    known: Sequence[Field], said: Mapping[str, str], prefix: str, errors: list[dict[str, Any]]
) -> dict[str, Any]:
    """The values of what is filled in; what can't be read is added to the errors."""
    found = {}
    for one in known:
        text = said.get(one.name, "")
        if not text:
            continue
        try:
            found[one.name] = values.read(one, text)
        except NotReadable as wrong:
            path = f"{prefix}{one.name}"
            errors.append({"field": path, "message": wrong.message, "rule": wrong.rule})
    return found


def materials_of(typed: Typed) -> list[dict[str, Any]]:
    """The materials handed in, as applications list them."""
    return [{"code": code, "file": file or None} for code, file in typed.materials.items()]


def _applicant(typed: Typed) -> dict[str, Any]:
    said = typed.applicant
    person: dict[str, Any] = {name: said.get(name, "") for name in APPLICANT}
    person["id_no"] = person["id_no"].upper()
    if typed.by_agent:
        agent = {name: said.get(f"agent.{name}", "") for name in AGENT}
        person["agent"] = {**agent, "id_no": agent["id_no"].upper()}
    return person


def _form_errors(definition: Definition, form: dict[str, Any]) -> list[dict[str, Any]]:
    try:
        definition.form.model_validate(form)
    except ValidationError as wrong:
        return applications.field_errors(wrong, "form")
    return []


def _once(errors: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first error of each field: what can't be read at all hides what follows from it."""
    for error in errors:
        # An empty text is too short only because nothing was typed.
        if error["rule"] == "form.string_too_short" and error["field"].startswith("applicant."):
            error |= {"rule": "form.missing", "message": "Field required"}
    return list({error["field"]: error for error in reversed(errors)}.values())[::-1]


def _text(form: Sent, name: str) -> str:
    return form.text(name)[:LONGEST]
