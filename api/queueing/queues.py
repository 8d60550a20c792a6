"""Queues: which there are and how much each holds, a page of one, and saved choices of filters."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from api import cursors, openapi
from api.body import Body, Nothing, json_of
from api.dependencies import Asking, Commanding, Reading
from api.queueing.queue_answers import QueuePage, QueuesShown, SavedShown
from engine.queueing import queue_pages, saved_queues
from engine.queueing.queue_filters import Asked
from engine.queueing.saved_queues import SavedEntry

router = APIRouter(tags=["queues"], prefix="/api")


class AskedPage(Asked):
    """Filters, order, and the cursor of a page that was given."""

    cursor: str | None = Field(default=None, max_length=cursors.MAX_LENGTH)

    def asked(self) -> Asked:
        """What is asked whatever the page."""
        return Asked.model_validate(self.model_dump(exclude={"cursor"}))


@router.get("/queues", response_model=QueuesShown)
def list_queues(caller: Asking) -> Response:
    """The queues that the caller's posts see, each with how much it holds, and saved choices."""
    with caller.reading() as reading:
        saved = saved_queues.seen(reading.session, reading.actor)
        return reading.answer({"items": listed(reading), "saved": saved})


@router.get("/queues/{code}", response_model=QueuePage)
def show_queue(code: str, caller: Asking, asked: Annotated[AskedPage, Query()]) -> Response:
    """A page of a queue, filtered and sorted as asked."""
    with caller.reading() as reading:
        return reading.answer(page(reading, code, asked.asked(), asked.cursor))


@router.post(
    "/saved-queues",
    status_code=201,
    response_model=SavedShown,
    openapi_extra=openapi.says(SavedEntry),
)
def save(body: Annotated[Body[SavedEntry], json_of(SavedEntry)], caller: Commanding) -> Response:
    """Keep a choice of filters for oneself, or share it with a post of one's agency."""
    with caller.command(body) as command:
        made = saved_queues.save(command.session, command.actor, body.checked())
        return command.answer(saved_queues.shown(made, command.actor.staff_no), 201)


@router.post(
    "/saved-queues/{saved_id}/removal",
    response_model=SavedShown,
    openapi_extra=openapi.says(Nothing),
)
def remove(
    saved_id: str, body: Annotated[Body[Nothing], json_of(Nothing)], caller: Commanding
) -> Response:
    """Take a saved choice away."""
    with caller.command(body) as command:
        body.checked()
        gone = saved_queues.remove(command.session, command.actor, saved_id)
        return command.answer(saved_queues.shown(gone, command.actor.staff_no))


def listed(reading: Reading) -> list[dict[str, Any]]:
    """The caller's queues with their counts."""
    queues = queue_pages.seen(reading.actor)
    counts = queue_pages.counts(reading.session, reading.actor, queues)
    return [
        {
            "code": queue.code,
            "names": {"zh": queue.names.zh, "en": queue.names.en},
            "count": min(counts[queue.code], queue_pages.COUNTED - 1),
            "more": counts[queue.code] >= queue_pages.COUNTED,
        }
        for queue in queues
    ]


def page(reading: Reading, code: str, asked: Asked, cursor: str | None) -> dict[str, Any]:
    """A page of a queue; its cursors are good for this queue in this order alone."""
    queue = queue_pages.named(reading.actor, code)
    listing = f"queue:{code}:{asked.sort or ''}"
    found = queue_pages.page(
        reading.session, reading.actor, queue, asked, cursors.position(listing, cursor)
    )
    return {
        "items": found.items,
        "next_cursor": cursors.seal(listing, found.onward),
        "previous_cursor": cursors.seal(listing, found.back),
    }
