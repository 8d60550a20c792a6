"""The deployed processes and their guides (办事指南): public, without signing in."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.office_answers import ProcessLine, ProcessShown
from engine.defining import definition_register, definitions
from engine.defining.definitions import Definition, UnknownProcess
from engine.office import Office
from engine.rules import bundles, risk
from engine.rules.risk_file import HIGH

router = APIRouter(tags=["processes"], prefix="/api/processes")

BPMN = "application/xml"
_DIAGRAM: dict[int | str, dict[str, Any]] = {200: {"content": {BPMN: {}}}}


@router.get("", response_model=None, responses={200: {"model": list[ProcessLine]}})
def list_processes(request: Request) -> list[dict[str, Any]]:
    """Every business this office can handle."""
    office: Office = request.app.state.office
    return [_summary(office, found) for found in office.catalogue.all()]


@router.get("/{code}", response_model=None, responses={200: {"model": ProcessShown}})
def show_process(request: Request, code: str) -> dict[str, Any]:
    """One process: its guide, its materials, its form, and the digest that names this version.

    One that is offered no more says since when, and is shown in its last version.
    """
    office: Office = request.app.state.office
    found = at_the_window(office, code)
    guide = found.guide.model_dump(mode="json")
    return {
        **_summary(office, found),
        "applicant": list(found.applicant),
        "national_item_code": found.national_item_code,
        "bundle": [_named(part) for part in bundles.parts(office.catalogue, found)],
        "bundled_in": [_named(whole) for whole in bundles.bundles(office.catalogue, found)],
        "guide": guide,
        "materials": guide["materials"],
        "form_schema": found.form_schema(),
        "messages": {name: _message(found, name) for name in sorted(found.messages)},
        "digest": found.digest,
        "proof": office.verdicts.get(found.digest),
        "registered": definition_register.registered(office, code),
        "retired": retired(office, code),
    }


@router.get("/{code}/diagram", response_class=Response, responses=_DIAGRAM)
def show_diagram(request: Request, code: str) -> Response:
    """The process's BPMN 2.0 diagram."""
    office: Office = request.app.state.office
    return Response(at_the_window(office, code).diagram, media_type=BPMN)


def at_the_window(office: Office, code: str) -> Definition:
    """The version in force of a business that somebody comes for, or its last one where it is retired.

    Raises UnknownProcess, DefinitionNotHere, and ProcessRetired where that version is not on this node.
    """
    found = office.catalogue.known_at(code)
    if not definitions.at_the_window(found):
        raise UnknownProcess
    return found


def retired(office: Office, code: str) -> dict[str, Any] | None:
    """Since when a business is offered no more, why, and what takes its place; None while it is offered."""
    found = office.catalogue.retired.get(code)
    if found is None:
        return None
    return {
        "since": found.since.isoformat(),
        "reason": found.reason,
        "successor": found.successor,
        "basis": found.basis,
        "case_no": found.case_no,
    }


def _named(found: Definition) -> dict[str, Any]:
    return {"code": found.code, "name": {"zh": found.names.zh, "en": found.names.en}}


def _message(found: Definition, name: str) -> dict[str, Any]:
    message = found.messages[name]
    return {
        "name": {"zh": message.NAMES.zh, "en": message.NAMES.en},
        "schema": found.message_schema(name),
        "materials": list(message.MATERIALS),
        "needed": message.NEEDED,
    }


def _summary(office: Office, found: Definition) -> dict[str, Any]:
    entry = office.risk.entries.get(found.code)
    level = HIGH if entry is None else entry.level
    return {
        "code": found.code,
        "name": {"zh": found.names.zh, "en": found.names.en},
        "category": found.category,
        "risk_level": level,
        "timing": risk.timing(level),
        "time_limit_days": found.guide.limit_days(level),
    }
