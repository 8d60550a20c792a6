"""The queue (待办): what waits for this person, with the client at the window first."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import cursors
from api.dependencies import Asking, Command, Commanding, Reading
from authz import agencies
from database import clock
from database.refusals import Invalid
from engine import claims, queues
from engine.office import Office
from engine.process import Names
from engine.signing import TaskHeld, TaskNotWaiting
from web import commands, formats, pages, steps
from web.forms import Sent, sent_form

router = APIRouter(include_in_schema=False)

QUEUE = "/queue"
_LIST = "tasks"


class NothingChosen(Invalid):
    """Choose at least one task first."""

    rule = "queue.nothing_chosen"


@router.get(QUEUE)
def show(request: Request, caller: Asking, cursor: str | None = None) -> Response:
    """The page: whoever waits at the window, then by due date."""
    with caller.reading() as reading:
        return pages.page(
            request,
            "queue/list.html",
            reading,
            **_listed(reading, cursor),
            claimed=_number(request, "claimed"),
            held=_number(request, "held"),
            released=_number(request, "released"),
        )


@router.get(QUEUE + "/rows")
def rows(request: Request, caller: Asking, cursor: str | None = None) -> Response:
    """The rows alone, as they stand now: the page asks for them by itself, again and again."""
    with caller.reading(by_itself=True) as reading:
        found = _listed(reading, cursor)
        answer = pages.part(request, "queue/renewed.html", reading, **found)
    answer.headers["x-shown-at"] = formats.moment(found["at"])
    return answer


@router.post(QUEUE + "/claim")
def claim(request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]) -> Response:
    """Claim the row whose button was pressed, or every chosen one that nobody else holds."""
    with commands.command(request, caller, sent) as command:
        one = sent.get("only")
        if one is not None:
            claims.claim(command.session, command.office, command.actor, one)
            return pages.done(command, request, f"{QUEUE}?claimed=1")
        # In one order for everybody: two who claim the same rows never wait for each other.
        chosen = sorted(set(sent.all("task")))
        if not chosen:
            raise NothingChosen
        held = sum(not _claimed(command, task_id) for task_id in chosen)
        return pages.done(command, request, f"{QUEUE}?claimed={len(chosen) - held}&held={held}")


@router.post(QUEUE + "/release")
def release(request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]) -> Response:
    """Give a claimed row back to its post."""
    with commands.command(request, caller, sent) as command:
        claims.release(command.session, command.office, command.actor, sent.get("only") or "")
        return pages.done(command, request, f"{QUEUE}?released=1")


def following(reading: Reading, case_no: str) -> str | None:
    """The number of the case to open after this one; None where nothing else waits."""
    waiting = queues.at_window(reading.session, reading.actor)
    waiting += queues.worklist(reading.session, reading.actor)["items"]
    return _first(reading, [item for item in waiting if item["case_no"] != case_no])


def process_names(office: Office) -> Mapping[str, Names]:
    """What the deployed processes are called, by code."""
    return {definition.code: definition.names for definition in office.catalogue.deployed()}


def _first(reading: Reading, waiting: Sequence[Mapping[str, Any]]) -> str | None:
    """The number of the first case that nobody else holds."""
    mine = (None, reading.actor.staff_no)
    return next((item["case_no"] for item in waiting if item["claimed_by"] in mine), None)


def _listed(reading: Reading, cursor: str | None) -> dict[str, Any]:
    found = queues.worklist(reading.session, reading.actor, cursors.position(_LIST, cursor))
    pinned = queues.at_window(reading.session, reading.actor)
    above = {item["task_id"] for item in pinned}
    items = [item for item in found["items"] if item["task_id"] not in above]
    codes = {item["agency"] for item in [*pinned, *items]}
    return {
        "pinned": pinned if cursor is None else [],
        "items": items,
        "at_the_window": sum(item["waits_minutes"] is not None for item in pinned),
        "first": _first(reading, [*pinned, *items]),
        "count": found["count"],
        "more_than_counted": found["count"] >= queues.COUNT_LIMIT,
        "cursor": cursor,
        "next_cursor": cursors.seal(_LIST, found["next_cursor"]),
        "processes": process_names(reading.office),
        "agencies": {code: agencies.get(reading.session, code).name for code in codes},
        "step_name": steps.name,
        "at": clock.now(reading.session),
    }


def _claimed(command: Command, task_id: str) -> bool:
    """Whether this one could be claimed: another may have been quicker, which stops no other row."""
    try:
        claims.claim(command.session, command.office, command.actor, task_id)
    except (TaskHeld, TaskNotWaiting):
        return False
    return True


def _number(request: Request, name: str) -> int:
    said = request.query_params.get(name, "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= 3 else 0  # noqa: PLR2004
