"""Files that are given out: which answers of the interface count as exports, and permits for more."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import Response

from api import openapi
from api.answers import Moment
from api.body import Body, json_of
from api.dependencies import Asking, Command, Commanding
from authz import decisions
from authz.acts import Act
from database.clock import moment_text
from engine.exports import export_permits, exports_today
from engine.exports.export_permits import ExportPermitEntry
from engine.exports.export_record import ExportPermit
from engine.exports.exporting import PERMIT
from engine.exports.exports_today import Today

router = APIRouter(tags=["audit"], prefix="/api/export-permits")

# Numbered, counted against the day's limit, marked and journalled (``engine.exports.exporting``).
COUNTED = frozenset(
    {
        "GET /api/audit/lists/{code}.csv",
        "GET /api/audit/lists/{code}.xlsx",
        "GET /api/cases/{case_no}/evidence/whole",
        "GET /api/grants/deviations.xlsx",
        "GET /api/lists/{list_id}/errors",
        "GET /api/window-ledger.xlsx",
    }
)
# Every other answer that is a file, and why it isn't counted.
_A_PAPER = "one client's own paper, numbered, printed for him and journalled as printed"
NOT_COUNTED: Mapping[str, str] = {
    "GET /api/archive/volumes/{volume_id}/label.pdf": "numbers of cases, and nobody's name",
    "GET /api/audit/lists/{code}.dictionary.csv": "what the columns mean",
    "GET /api/cases/{case_no}/acceptance.pdf": _A_PAPER,
    "GET /api/cases/{case_no}/approval-form": "one case's own form, for its file",
    "GET /api/cases/{case_no}/denial.pdf": _A_PAPER,
    "GET /api/cases/{case_no}/document.pdf": _A_PAPER,
    "GET /api/cases/{case_no}/documents/{number}.pdf": _A_PAPER,
    "GET /api/cases/{case_no}/evidence": "every personal field is withheld",
    "GET /api/cases/{case_no}/extension.pdf": _A_PAPER,
    "GET /api/cases/{case_no}/notice.pdf": _A_PAPER,
    "GET /api/cases/{case_no}/receipt.pdf": _A_PAPER,
    "GET /api/paper-blocks/{block_id}/forms": "empty forms",
    "GET /api/processes/{code}/diagram": "the diagram of a process",
    "GET /api/processes/{code}/list-template": "an empty list",
    "GET /api/window-refusals/{number}/decision.pdf": _A_PAPER,
    "GET /metrics": "counts",
    "POST /api/processes/{code}/application-form": "what the client himself just said, for him to sign",
}


class ExportPermitMade(BaseModel):
    """A permit: who may take out how many rows about people more, on which day."""

    permit_id: int
    staff_no: str
    day: str
    more_rows: int


class ExportLine(BaseModel):
    """Somebody's day: how many rows about people he took out, may take out, and has left."""

    staff_no: str
    name: str
    agency: str
    post: str | None = Field(description="whose limit counts; null without a post today")
    limit: int
    permitted: int = Field(description="rows permitted besides, for today")
    taken: int
    left: int


class ExportFile(BaseModel):
    """A file that was given out."""

    number: str
    staff_no: str
    kind: str
    row_count: int
    personal_rows: int = Field(description="rows about people, masked or not")
    at: Moment


class ExportPermitShown(ExportPermitMade):
    """A permit of today, why it was given and by whom."""

    reason: str
    permitted_by: str
    permitted_at: Moment


class ExportsToday(BaseModel):
    """The day's exports as far as they are the reader's to see; at most 200 files, the newest first."""

    lines: list[ExportLine]
    files: list[ExportFile]
    permits: list[ExportPermitShown]
    may_permit: bool
    who_can: list[dict[str, Any]]


@router.get("", response_model=ExportsToday)
def show(caller: Asking) -> Response:
    """What was taken out as files today and what is left: internal control sees all, others themselves."""
    with caller.reading() as reading:
        return reading.answer(shown(exports_today.read(reading.session, reading.actor)))


@router.post(
    "",
    status_code=201,
    response_model=ExportPermitMade,
    openapi_extra=openapi.says(ExportPermitEntry),
)
def permit(
    body: Annotated[Body[ExportPermitEntry], json_of(ExportPermitEntry)], caller: Commanding
) -> Response:
    """Let somebody of one's own agency or below take out more rows about people today than his post may."""
    with caller.command(body) as command:
        return command.answer(permitted(command, body), 201)


def permitted(command: Command, body: Body[ExportPermitEntry]) -> dict[str, Any]:
    """Enter and journal a permit, for this route and the desk's page."""
    act = Act(PERMIT, agency=command.actor.agency)
    entry = body.checked(lambda: decisions.require(command.session, command.actor, act))
    return _permit(export_permits.permit(command.session, command.actor, entry), entry.staff_no)


def shown(day: Today) -> dict[str, Any]:
    """The day's exports, for this route and the desk's page."""
    return {
        "lines": [{**asdict(line), "left": line.left} for line in day.lines],
        "files": [
            {
                "number": one.number,
                "staff_no": staff_no,
                "kind": one.kind,
                "row_count": one.row_count,
                "personal_rows": one.personal_rows,
                "at": moment_text(one.at),
            }
            for one, staff_no in day.files
        ],
        "permits": [
            {
                **_permit(one, staff_no),
                "reason": one.reason,
                "permitted_by": permitted_by,
                "permitted_at": moment_text(one.permitted_at),
            }
            for one, staff_no, permitted_by in day.permits
        ],
        "may_permit": day.may_permit,
        "who_can": list(day.who_can),
    }


def _permit(made: ExportPermit, staff_no: str) -> dict[str, Any]:
    return {
        "permit_id": made.permit_id,
        "staff_no": staff_no,
        "day": made.day.isoformat(),
        "more_rows": made.more_rows,
    }
