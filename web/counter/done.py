"""After the acceptance: the number, the papers to hand over, what happens next, and the next client."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Asking, Reading
from authz.offices import agencies
from authz.offices.accounts import Account
from engine import signoffs, views
from engine.foresight import outlook
from engine.foresight.outlook import Prospect
from engine.record import FINAL_STATUSES
from engine.rules import risk_history
from web import case_labels, languages, pages, steps
from web.case_reading import opened
from web.counter import outcome
from web.counter.begin import DESK
from web.texts import translate

router = APIRouter(include_in_schema=False)

INSTANT_WITH_REVIEW = 2


@router.get(DESK + "/done/{case_no}")
def show(case_no: str, request: Request, caller: Asking) -> Response:
    """The end of one client's visit, or, at level 2, the wait for the reviewer."""
    with caller.reading() as reading:
        return pages.page(request, "counter/done.html", reading, **_seen(request, reading, case_no))


@router.get(DESK + "/done/{case_no}/state")
def state(case_no: str, request: Request, caller: Asking) -> Response:
    """Where the case is now: asked for again whenever something happened to it."""
    with caller.reading() as reading:
        return pages.part(
            request, "counter/state.html", reading, **_seen(request, reading, case_no)
        )


def _seen(request: Request, reading: Reading, case_no: str) -> dict[str, Any]:
    view = views.case_view(reading.session, reading.office, reading.actor, case_no)
    definition = reading.office.catalogue.at(view["definition"])
    return {
        "view": view,
        "definition": definition,
        "rungs": _rungs(reading, case_no, languages.of(request)),
        "standing": case_labels.STATUSES[view["status"]],
        "reasons": case_labels.reasons(view.get("decided") or {}),
        "ended": view["status"] in FINAL_STATUSES,
        "waits": view["status"] == "in_progress" and view["risk_level"] == INSTANT_WITH_REVIEW,
        "phone": agencies.get(reading.session, view["agency"]).phone,
    }


def _rungs(reading: Reading, case_no: str, language: str) -> list[Mapping[str, Any]]:
    """Signatures given in this cycle, the one that is waited for, and those to come."""
    work = opened(reading, case_no)
    case = work.case
    signed = signoffs.effective(reading.session, case.case_id, case.cycle)
    given = {row.step: row for row in signed}
    waiting = {task.step for task in work.tasks}
    prospect = Prospect(
        table=risk_history.at(reading.session, reading.office.risk, case.risk_table),
        definition=work.definition,
        agency=work.agency,
        level=case.risk_level,
        route=case.route,
        amount_cents=case.amount_cents,
    )
    rungs = []
    for signature in outlook.signatures(reading.session, reading.actor, prospect):
        title = translate(language, steps.name(signature.step))
        row = given.get(signature.step)
        if row is not None:
            name = _signer(reading, row.signer)
            rungs.append({"title": title, "state": "done", "name": name, "opinion": row.opinion})
            continue
        now = signature.step in waiting
        rungs.append(
            {**outcome.rung(reading, signature, language), "state": "now" if now else "todo"}
        )
    final: Sequence[str] = FINAL_STATUSES
    last = "done" if case.status == "completed" else "void" if case.status in final else "todo"
    text = translate(language, outcome.LAST_STEP)
    return [*rungs, {"title": text, "state": last, "name": "", "opinion": ""}]


def _signer(reading: Reading, staff_no: str) -> str:
    wanted = select(Account.name).where(Account.staff_no == staff_no)
    return f"{reading.session.execute(wanted).scalar_one()} {staff_no}"
