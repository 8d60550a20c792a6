"""The whole of a long case: every row of an employer's list, and every entry of its posting, in pages."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import cursors
from api.dependencies import Asking
from engine import long_cases
from web import case_labels, languages, pages
from web.case_reading import opened

router = APIRouter(include_in_schema=False)

ROWS, POSTING = "rows", "posting"


@router.get("/cases/{case_no}/rows")
def rows(case_no: str, request: Request, caller: Asking, cursor: str = "") -> Response:
    """A page of the rows of a case's list, masked. Raises CaseNotFound, Forbidden."""
    after = int(cursors.position(ROWS, cursor or None) or 0)
    with caller.reading() as reading:
        session, office, actor = reading.session, reading.office, reading.actor
        found, further = long_cases.rows_page(session, office, actor, case_no, after)
        listed = opened(reading, case_no).definition.form_schema()["properties"].get("rows", {})
        columns = listed.get("items", {}).get("properties", {})
        language = languages.of(request)
        return pages.page(
            request,
            "case/rows.html",
            reading,
            case_no=case_no,
            columns=[{"zh": said["title_zh"], "en": said["title"]} for said in columns.values()],
            rows=[_cells(language, columns, row) for row in found],
            begins=after,
            next_cursor=_further(ROWS, further),
        )


@router.get("/cases/{case_no}/posting")
def posting(case_no: str, request: Request, caller: Asking, cursor: str = "") -> Response:
    """A page of what a case writes. Raises CaseNotFound, Forbidden."""
    after = int(cursors.position(POSTING, cursor or None) or 0)
    with caller.reading() as reading:
        found, further = long_cases.posting_page(reading.session, reading.actor, case_no, after)
        properties = opened(reading, case_no).definition.form_schema()["properties"]
        language = languages.of(request)
        return pages.page(
            request,
            "case/entries.html",
            reading,
            case_no=case_no,
            posting=case_labels.posting(language, found),
            labels=case_labels.fields(language, properties),
            begins=after,
            next_cursor=_further(POSTING, further),
        )


def _cells(language: str, columns: dict[str, Any], row: dict[str, Any]) -> list[Any]:
    return [
        "" if row.get(name) is None else case_labels.form_value(language, name, row[name], said)
        for name, said in columns.items()
    ]


def _further(listing: str, position: int | None) -> str | None:
    return cursors.seal(listing, None if position is None else str(position))
