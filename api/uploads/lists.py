"""Employers' lists (``/api/lists``): the template, the upload with its check, and the file of errors."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import cursors, openapi
from api.dependencies import Asking, Commanding
from api.uploads import list_uploads
from api.uploads.list_answers import TOLD, ListShown, PostingPage, RowsPage
from api.uploads.list_uploads import FIELD, ListFields, ListUpload, Uploaded
from database import clock
from engine import long_cases
from engine.exports import exporting
from engine.exports.exporting import Asked
from engine.office import Office
from engine.workbooks import list_files, lists
from engine.workbooks.lists import Checked, StoredList

router = APIRouter(tags=["lists"])

_POSTING, _ROWS = "posting", "rows"
_EXTRA: dict[str, Any] = {
    **openapi.says(),
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [FIELD, "process", "uscc"],
                    "properties": {
                        FIELD: {"type": "string", "format": "binary"},
                        **ListFields.model_json_schema()["properties"],
                    },
                }
            }
        },
    },
}
_XLSX: dict[int | str, dict[str, Any]] = {200: {"content": {list_files.MEDIA_TYPE: {}}}}


@router.get("/api/processes/{code}/list-template", response_class=Response, responses=_XLSX)
def template(request: Request, code: str) -> Response:
    """The workbook an employer fills in for this business; public, without signing in."""
    office: Office = request.app.state.office
    definition = office.catalogue.current(code)
    with request.app.state.sessions.reading() as session:
        now = clock.now(session)
    return _file(f"{definition.code}.xlsx", list_files.template(definition, now))


@router.post("/api/lists", status_code=201, response_model=ListShown, openapi_extra=_EXTRA)
def upload(upload: Uploaded, caller: Commanding) -> Response:
    """Check a list, and keep it for the case that will name it; one with wrong rows can't be named."""
    list_uploads.may(caller, upload)
    found = _last(caller, upload)
    with caller.command(upload) as command:
        return command.answer(shown(lists.keep(command.session, command.actor, found)), 201)


@router.get("/api/lists/{list_id}", response_model=ListShown)
def show(list_id: str, caller: Asking) -> Response:
    """A list of one's own agency that was checked before."""
    with caller.reading() as reading:
        return reading.answer(shown(lists.get(reading.session, reading.actor, list_id)))


@router.get("/api/lists/{list_id}/errors", response_class=Response, responses=_XLSX)
def errors(list_id: str, caller: Commanding) -> Response:
    """The wrong rows with what is wrong in each, as a workbook; giving it out is journalled."""
    with caller.command(keyed=False) as command:
        stored = lists.get(command.session, command.actor, list_id)
        definition = command.office.catalogue.known_at(stored.process)
        asked = Asked(
            action="list_errors_exported",
            kind="list_errors",
            asked={"list": stored.process, "list_id": list_id},
            row_count=stored.wrong_count,
            personal_rows=stored.wrong_count,
        )
        mark, content = exporting.give(
            command.session,
            command.actor,
            asked,
            lambda mark: list_files.errors(definition, stored, mark),
        )
    return _file(f"{stored.process}-errors-{mark.number}.xlsx", content)


@router.get("/api/cases/{case_no}/posting", response_model=PostingPage)
def posting(case_no: str, caller: Asking, cursor: str | None = None) -> Response:
    """What a case writes, a page at a time: of an employer's list there may be thousands of entries."""
    after = int(cursors.position(_POSTING, cursor) or 0)
    with caller.reading() as reading:
        items, further = long_cases.posting_page(reading.session, reading.actor, case_no, after)
        return reading.answer(_page(_POSTING, items, further))


@router.get("/api/cases/{case_no}/rows", response_model=RowsPage)
def rows(case_no: str, caller: Asking, cursor: str | None = None) -> Response:
    """The rows of a case's list, a page at a time."""
    after = int(cursors.position(_ROWS, cursor) or 0)
    with caller.reading() as reading:
        session, office, actor = reading.session, reading.office, reading.actor
        items, further = long_cases.rows_page(session, office, actor, case_no, after)
        return reading.answer(_page(_ROWS, items, further))


def shown(stored: StoredList) -> dict[str, Any]:
    """A list as answers tell it: nothing of whom it names."""
    return {
        "list_id": stored.list_id,
        "process": stored.process,
        "rows": stored.row_count,
        "wrong": stored.wrong_count,
        "errors": [
            {
                "row": stored.lines[problem["row"]],
                "field": problem["field"],
                "rule": problem["rule"],
                "message": {"zh": problem["zh"], "en": problem["en"]},
            }
            for problem in stored.problems[:TOLD]
        ],
        "errors_file": f"/api/lists/{stored.list_id}/errors" if stored.wrong_count else None,
        "totals": stored.totals,
    }


def _last(caller: Commanding, upload: ListUpload) -> Checked:
    *_, found = list_uploads.checked(caller, upload.asked(), upload.content())
    if not isinstance(found, Checked):
        raise TypeError("a check ends with the checked list")
    return found


def _page(listing: str, items: list[Any], further: int | None) -> dict[str, Any]:
    position = None if further is None else str(further)
    return {"items": items, "next_cursor": cursors.seal(listing, position)}


def _file(name: str, content: bytes) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=list_files.MEDIA_TYPE, headers=headers)
