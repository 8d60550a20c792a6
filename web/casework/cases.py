"""The list of cases (业务件): those of one's own agency and below, newest first, found by number."""

from datetime import date
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import cursors
from api.dependencies import Asking, Reading
from authz.offices import agencies
from database import clock
from engine.queueing import queues
from engine.record import FINAL_STATUSES
from engine.timing import deadlines
from web import case_labels, pages
from web.casework.case import CASES
from web.queueing import queue

router = APIRouter(include_in_schema=False)

_LIST = "cases"


@router.get(CASES)
def show(
    request: Request,
    caller: Asking,
    q: str = "",
    status: str = "",
    process: str = "",
    person_id: str = "",
    cursor: str | None = None,
) -> Response:
    """A page of the list; a whole case number leads straight to its case."""
    with caller.reading() as reading:
        q = q.strip()[: queues.CASE_NO_LENGTH]
        wanted = {"q": q, "status": status, "process": process, "person_id": person_id}
        found = _found(reading, wanted, cursor)
        if len(found["items"]) == 1 and found["items"][0]["case_no"] == q:
            return pages.moved(request, f"{CASES}/{q}")
        return pages.page(
            request,
            "case/list.html",
            reading,
            **found,
            wanted=wanted,
            query={name: said for name, said in wanted.items() if said},
            cursor=cursor,
            processes=queue.process_names(reading.office),
            statuses=case_labels.STATUSES,
            routes=case_labels.ROUTES,
        )


def _found(reading: Reading, wanted: dict[str, str], cursor: str | None) -> dict[str, Any]:
    session = reading.session
    page = queues.cases(
        session,
        reading.actor,
        **{name: said or None for name, said in wanted.items()},
        cursor=cursors.position(_LIST, cursor),
    )
    today = clock.today(session)
    codes = {item["agency"] for item in page["items"]}
    return {
        "items": [
            {
                **item,
                "ended": item["status"] in FINAL_STATUSES,
                "days_left": deadlines.working_days_left(today, date.fromisoformat(item["due_on"])),
            }
            for item in page["items"]
        ],
        "next_cursor": cursors.seal(_LIST, page["next_cursor"]),
        "agencies": {code: agencies.get(session, code).name for code in codes},
    }
