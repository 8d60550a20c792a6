"""The jobs behind the requests, on one page: what runs, what waits, what fails."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Asking
from jobs import views
from web import pages
from web.texts import mark

router = APIRouter(include_in_schema=False)

JOBS = "/jobs"
NAMES: Mapping[str, str] = {
    "messages": mark("Sending messages to clients and staff"),
    "clocks": mark("Warning of cases whose time runs out"),
    "timers": mark("Deadlines that cases wait for"),
    "seals": mark("Sealing the journal"),
    "expired": mark("Removing sign-ins, drafts and kept answers that have expired"),
    "ticks": mark("Forgetting old ticks"),
    "orphans": mark("Removing scans that no case or upload names"),
    "staffing": mark("Looking for cases that lack people to sign them"),
    "scans": mark("Checking every scan against its digest"),
    "verification": mark("Verifying what was added"),
    "windows": mark("Closing windows that were left open"),
}
STATUSES: Mapping[str, str] = {
    "waiting": mark("waits for its time"),
    "running": mark("at it now"),
    "late": mark("should have begun"),
    "failing": mark("fails"),
}
RESULTS: Mapping[str, str] = {
    "elapsed": mark("deadlines over"),
    "warned": mark("warnings given"),
    "sent": mark("sent"),
    "put_off": mark("to be tried again"),
    "dead": mark("given up"),
    "calendar_missing": mark("calendar that is missing"),
    "failing": mark("cases that can't run on"),
    "seal_no": mark("last seal"),
    "sign_ins": mark("sign-ins"),
    "drafts": mark("drafts"),
    "idempotency_keys": mark("kept answers"),
    "removed": mark("removed"),
    "closed": mark("windows closed"),
    "checked": mark("checked"),
    "spoiled": mark("spoiled or gone"),
    "since_seal": mark("since seal"),
    "until_seal": mark("up to seal"),
    "findings": mark("findings"),
    "open_cases": mark("open cases"),
    "stuck": mark("lack people"),
    "soon_stuck": mark("soon lack people"),
}


@router.get(JOBS)
def show(request: Request, caller: Asking) -> Response:
    """Every job. Raises Forbidden."""
    with caller.reading() as reading:
        found = [_row(one) for one in views.read(reading.session, reading.actor)]
        return pages.page(request, "jobs.html", reading, jobs=found)


def _row(job: Mapping[str, Any]) -> dict[str, Any]:
    moments = ("due_at", "started_at", "ended_at", "succeeded_at", "failed_at")
    return {
        **job,
        **{name: datetime.fromisoformat(job[name]) if job[name] else None for name in moments},
        "title": NAMES.get(job["name"], job["name"]),
        "said": STATUSES[job["status"]],
        "told": [
            (RESULTS[name], len(value) if isinstance(value, Mapping) else value)
            for name, value in job["result"].items()
            if name in RESULTS and value is not None
        ],
    }
