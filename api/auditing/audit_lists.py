"""The auditors' fixed lists through HTTP: on screen by pages, and as files with their data dictionary."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from api import cursors
from api.auditing.audit_queries import DaysQuery
from api.dependencies import Asking, Commanding
from oversight.auditing import exports, scope
from oversight.auditing.exports import Form
from oversight.auditing.lists import catalogue, sheets
from oversight.auditing.lists.shape import AuditList

router = APIRouter(tags=["audit"], prefix="/api/audit/lists")

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
_XLSX: dict[int | str, dict[str, Any]] = {200: {"content": {TYPES["xlsx"]: {}}}}
_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}}}


class ListQuery(DaysQuery):
    """Of how things stood on a day (today unless said), or of what happened between two."""

    on: date | None = None


class ColumnShown(BaseModel):
    """A column of a list, and what it means."""

    code: str
    zh: str
    en: str
    kind: Literal["text", "number", "cents", "day", "moment"]
    means_zh: str
    means_en: str


class ListShown(BaseModel):
    """A list: what it is called, what it covers, whether it is of a day or of days."""

    code: str
    zh: str
    en: str
    covers_zh: str
    covers_en: str
    time: Literal["on", "days"]
    columns: list[ColumnShown]


class Lists(BaseModel):
    """All lists."""

    items: list[ListShown]


class ListPage(ListShown):
    """A page of a list; each row has a value a column, written as in its files (amounts in yuan)."""

    on: date
    rows: list[list[str]] = Field(description="values in the order of the columns")
    next_cursor: str | None


@router.get("", response_model=Lists)
def list_lists(caller: Asking) -> Response:
    """Which lists there are, with the meaning of every column."""
    with caller.reading() as reading:
        scope.of(reading.session, reading.actor)
        return reading.answer({"items": [shown(one) for one in catalogue.lists().values()]})


# Before the list itself, whose code would otherwise be taken to hold the ending.
@router.get("/{code}.dictionary.csv", response_class=Response, responses=_CSV)
def dictionary(code: str, caller: Asking) -> Response:
    """The data dictionary of a list, as CSV."""
    with caller.reading() as reading:
        scope.of(reading.session, reading.actor)
        one = catalogue.get(code)
    return _file(f"{one.code}.dictionary.csv", sheets.dictionary_csv(one), "csv")


@router.get("/{code}.xlsx", response_class=Response, responses=_XLSX)
def as_xlsx(code: str, caller: Commanding, asked: Annotated[ListQuery, Query()]) -> Response:
    """A list as a workbook, its dictionary on the second sheet; giving it out is journalled."""
    return _exported(code, caller, asked, "xlsx")


@router.get("/{code}.csv", response_class=Response, responses=_CSV)
def as_csv(code: str, caller: Commanding, asked: Annotated[ListQuery, Query()]) -> Response:
    """A list as CSV (UTF-8 with byte-order mark); giving it out is journalled."""
    return _exported(code, caller, asked, "csv")


@router.get("/{code}", response_model=ListPage)
def show(code: str, caller: Asking, asked: Annotated[ListQuery, Query()]) -> Response:
    """A page of a list."""
    with caller.reading() as reading:
        session = reading.session
        one = catalogue.get(code)
        wanted = catalogue.asked(session, reading.office, reading.actor, asked.on, asked.days())
        listing = listing_of(one)
        page = catalogue.page(session, one, wanted, cursors.position(listing, asked.cursor))
        return reading.answer(
            {
                **shown(one),
                "on": wanted.on.isoformat(),
                "rows": [
                    [
                        sheets.said(column, value)
                        for column, value in zip(one.columns, row, strict=True)
                    ]
                    for row in page.rows
                ],
                "next_cursor": cursors.seal(listing, page.after),
            }
        )


def shown(one: AuditList) -> dict[str, Any]:
    """A list as answers tell it."""
    names = ("code", "zh", "en", "covers_zh", "covers_en", "time")
    columns = [
        {name: getattr(column, name) for name in ColumnShown.model_fields} for column in one.columns
    ]
    return {**{name: getattr(one, name) for name in names}, "columns": columns}


def listing_of(one: AuditList) -> str:
    """What cursors of a list are sealed under."""
    return f"audit-list-{one.code}"


def _exported(code: str, caller: Commanding, asked: ListQuery, form: Form) -> Response:
    with caller.command(keyed=False) as command:
        session = command.session
        one = catalogue.get(code)
        wanted = catalogue.asked(session, command.office, command.actor, asked.on, asked.days())
        made = exports.export(session, command.actor, one, wanted, form)
    return _file(made.name, made.content, form)


def _file(name: str, content: bytes, form: Form) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(content, media_type=TYPES[form], headers=headers)
