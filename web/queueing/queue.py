"""The queue (待办): what waits for this person by the queues of his posts, clients at the window first."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import parse_qs

from fastapi import APIRouter
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Asking, Commanding, Reading
from api.queueing import queues as api_queues
from authz.offices import agencies
from database import clock
from database.refusals import Invalid
from engine.office import Office
from engine.process import Names
from engine.queueing import bulk_claims, claims, queue_filters, queue_pages, queues, saved_queues
from engine.queueing.queue_filters import Asked
from engine.rules.risk_file import HIGH
from web import commands, formats, pages, steps
from web.forms import Sent, sent_form
from web.queueing import queue_fields

router = APIRouter(include_in_schema=False)

QUEUE = "/queue"
# Of many claimed at once, so many of the rows that could not be had are told one by one.
TOLD = 20


class NothingChosen(Invalid):
    """Choose at least one task first."""

    rule = "queue.nothing_chosen"


@router.get(QUEUE)
def show(request: Request, caller: Asking, cursor: str | None = None) -> Response:
    """The page: a queue's rows, whoever waits at the window on top of all that waits."""
    query = request.query_params
    with caller.reading() as reading:
        return pages.page(
            request,
            "queue/list.html",
            reading,
            **_listed(reading, query, cursor),
            **queue_fields.choices(request, reading),
            processes=process_names(reading.office),
            saved=saved_queues.seen(reading.session, reading.actor),
            may_share=saved_queues.may_share(reading.session, reading.actor),
            claimed=_number(query, "claimed"),
            held=[one.split(":", 1) for one in query.getlist("not")[:TOLD] if ":" in one],
            more_held=_number(query, "held"),
            released=_number(query, "released"),
            handed=_number(query, "handed"),
            why=queue_fields.WHY_NOT,
        )


@router.get(QUEUE + "/rows")
def rows(request: Request, caller: Asking, cursor: str | None = None) -> Response:
    """The rows alone, as they stand now: the page asks for them by itself, again and again."""
    with caller.reading(by_itself=True) as reading:
        found = _listed(reading, request.query_params, cursor)
        found["processes"] = process_names(reading.office)
        answer = pages.part(request, "queue/renewed.html", reading, **found)
    answer.headers["x-shown-at"] = formats.moment(found["at"])
    return answer


@router.post(QUEUE + "/claim")
def claim(request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]) -> Response:
    """Claim the row whose button was pressed, or every chosen one that can be had; a result for each."""
    with commands.command(request, caller, sent) as command:
        session, office, actor = command.session, command.office, command.actor
        one = sent.get("only")
        if one is not None:
            claims.claim(session, office, actor, one)
            return pages.done(command, request, back(sent, claimed="1"))
        chosen = sent.all("task")
        if not chosen:
            raise NothingChosen
        found = bulk_claims.claim(session, office, actor, chosen[: bulk_claims.MOST])
        not_had = [one for one in found if not one["claimed"]]
        told = [f"{one['case_no'] or ''}:{one['rule']}" for one in not_had]
        said = {"claimed": str(len(found) - len(not_had)), "held": str(len(told[TOLD:]))}
        return pages.done(command, request, back(sent, told[:TOLD], **said))


@router.post(QUEUE + "/release")
def release(request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]) -> Response:
    """Give a claimed row back to its post."""
    with commands.command(request, caller, sent) as command:
        claims.release(command.session, command.office, command.actor, sent.get("only") or "")
        return pages.done(command, request, back(sent, released="1"))


def back(sent: Sent, not_had: Sequence[str] = (), **said: str) -> str:
    """The address of the page that a form was on, with what became of it."""
    pairs = [*address(sent).items(), *((name, n) for name, n in said.items() if n != "0")]
    query = str(QueryParams([*pairs, *(("not", one) for one in not_had)]))
    return f"{QUEUE}?{query}" if query else QUEUE


def address(sent: Sent) -> dict[str, str]:
    """What a form says of the page it was on: read as an address's filters are, and written anew."""
    given = {name: found[0] for name, found in parse_qs(sent.get("at") or "").items()}
    kept = {"queue": given["queue"]} if "queue" in given else {}
    return {**kept, **queue_filters.of_address(given).said()}


def following(reading: Reading, case_no: str) -> str | None:
    """The number of the case to open after this one; None where nothing else waits."""
    waiting = queues.at_window(reading.session, reading.actor)
    waiting += queue_pages.page(reading.session, reading.actor, queues.EVERYTHING).items
    return _first(reading, [item for item in waiting if item["case_no"] != case_no])


def process_names(office: Office) -> Mapping[str, Names]:
    """What the deployed processes are called, by code."""
    return {definition.code: definition.names for definition in office.catalogue.known()}


def _first(reading: Reading, waiting: Sequence[Mapping[str, Any]]) -> str | None:
    """The number of the first case that nobody else holds."""
    mine = (None, reading.actor.staff_no)
    return next((item["case_no"] for item in waiting if item["claimed_by"] in mine), None)


def _listed(reading: Reading, query: QueryParams, cursor: str | None) -> dict[str, Any]:
    session, actor = reading.session, reading.actor
    code = query.get("queue") or queue_pages.seen(actor)[0].code
    asked = queue_filters.of_address(queue_fields.given(query))
    found = api_queues.page(reading, code, asked, cursor)
    # Who stands at the window stands above the whole queue as it is, not above a choice of it.
    whole = code == queue_pages.seen(actor)[0].code and asked == Asked() and cursor is None
    instant = any(item["risk_level"] != HIGH for item in found["items"])
    waiting = queues.at_window(session, actor) if whole or instant else []
    # In whichever queue it is read: of a client at the window it is the minutes that count, not the day.
    minutes = {item["task_id"]: item["waits_minutes"] for item in waiting}
    pinned = waiting if whole else []
    above = {item["task_id"] for item in pinned}
    items = [
        {**item, "waits_minutes": minutes.get(item["task_id"])}
        for item in found["items"]
        if item["task_id"] not in above
    ]
    codes = {item["agency"] for item in [*pinned, *items]}
    tabs = api_queues.listed(reading)
    said = asked.said()
    return {
        "pinned": pinned,
        "items": items,
        "done": queue_pages.named(actor, code).done,
        "at_the_window": sum(item["waits_minutes"] is not None for item in pinned),
        "first": _first(reading, [*pinned, *items]),
        "tabs": tabs,
        "tab": next(tab for tab in tabs if tab["code"] == code),
        "asked": {name: said.get(name, "") for name in Asked.model_fields},
        "filtered": len(said),
        "query": {"queue": code, **said},
        "cursor": cursor,
        "next_cursor": found["next_cursor"],
        "previous_cursor": found["previous_cursor"],
        "agencies": {code: agencies.get(session, code).name for code in codes},
        "step_name": steps.name,
        "at": clock.now(session),
    }


def _number(query: QueryParams, name: str) -> int:
    said = query.get(name, "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= 3 else 0  # noqa: PLR2004
