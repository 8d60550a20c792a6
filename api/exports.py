"""Files that are given out: which answers of the interface count as exports, and permits for more."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import Response

from api import openapi
from api.body import Body, json_of
from api.dependencies import Commanding
from authz import decisions
from authz.acts import Act
from engine import export_permits
from engine.export_permits import ExportPermitEntry
from engine.exporting import PERMIT

router = APIRouter(tags=["audit"], prefix="/api/export-permits")

# Numbered, counted against the day's limit, marked and journalled (``engine.exporting``).
COUNTED = frozenset(
    {
        "GET /api/audit/lists/{code}.csv",
        "GET /api/audit/lists/{code}.xlsx",
        "GET /api/cases/{case_no}/evidence/whole",
        "GET /api/lists/{list_id}/errors",
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
        act = Act(PERMIT, agency=command.actor.agency)
        entry = body.checked(lambda: decisions.require(command.session, command.actor, act))
        made = export_permits.permit(command.session, command.actor, entry)
        return command.answer(
            {
                "permit_id": made.permit_id,
                "staff_no": entry.staff_no,
                "day": made.day.isoformat(),
                "more_rows": made.more_rows,
            },
            201,
        )
