"""A case as it moves on, told to the page that watches it (server-sent events): the one async route.

While it waits it holds neither a thread nor a session of the database: each look opens a short reading in a
thread, as any request does, and asks anew who is signed in and what he may see.
"""

import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import anyio
import anyio.to_thread
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from api.dependencies import Asking, Caller
from authz.offices import accounts
from database.clock import moment_text
from database.refusals import Conflict, Refusal
from engine import stored, views
from engine.record import FINAL_STATUSES
from web import case_labels, languages, steps, texts

router = APIRouter(include_in_schema=False)

MOST_OF_A_SIGN_IN = 4
LONGEST_SECONDS = 15 * 60
# A client waits at the window for level 2; other levels take days.
SECONDS_BETWEEN = {2: 1, 1: 5, 3: 5}
_AGAIN_MILLISECONDS = 3000
_NO_CONTENT = 204


class TooManyWatched(Conflict):
    """You watch four cases already: close one of the pages, or load this one again by hand."""

    rule = "live.too_many"


@dataclass(slots=True)
class Streams:
    """How many streams each sign-in has on this node.

    ``second_milliseconds`` is 1000, and less where a test can't wait; ``stopping`` says that the server is to
    stop, which waits for every answer under way.
    """

    of: Counter[int] = field(default_factory=Counter)
    second_milliseconds: int = 1000
    stopping: Callable[[], bool] = lambda: False

    def begin(self, sign_in_id: int) -> None:
        """Count one more. Raises TooManyWatched."""
        if self.of[sign_in_id] >= MOST_OF_A_SIGN_IN:
            raise TooManyWatched
        self.of[sign_in_id] += 1

    def end(self, sign_in_id: int) -> None:
        """Count one less."""
        self.of[sign_in_id] -= 1
        if not self.of[sign_in_id]:
            del self.of[sign_in_id]


@dataclass(frozen=True, slots=True)
class Look:
    """A case at one moment: what the page is told, and what tells one look from another."""

    sign_in_id: int
    mark: str
    told: dict[str, Any]
    final: bool
    level: int

    def event(self) -> str:
        """As the stream says it."""
        data = json.dumps(self.told, ensure_ascii=False)
        return f"id: {self.mark}\nevent: step\ndata: {data}\n\n"


@router.get("/live/cases/{case_no}")
async def watch(case_no: str, request: Request, caller: Asking) -> Response:
    """Tell where a case is, now and whenever it moves on, until it ends; for fifteen minutes at most.

    Raises NotSignedIn, CaseNotFound, Forbidden, TooManyWatched.
    """

    async def look() -> Look:
        return await anyio.to_thread.run_sync(_look, caller, request, case_no)

    first = await look()
    if first.final and request.headers.get("last-event-id") == first.mark:
        # A browser comes back by itself until it is told that nothing will follow.
        return Response(status_code=_NO_CONTENT)
    streams: Streams = request.app.state.streams
    streams.begin(first.sign_in_id)
    return _Stream(_changes(streams, look, first), lambda: streams.end(first.sign_in_id))


class _Stream(StreamingResponse):
    """Events as they come; ``ended`` is called however it ends, even before it began."""

    def __init__(self, content: AsyncIterator[str], ended: Callable[[], None]) -> None:
        super().__init__(content, media_type="text/event-stream; charset=utf-8")
        # A proxy that collects answers before it passes them on would tell nothing until the end.
        self.headers["x-accel-buffering"] = "no"
        self._ended = ended

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._ended()


async def _changes(
    streams: Streams, look: Callable[[], Awaitable[Look]], seen: Look
) -> AsyncIterator[str]:
    second = streams.second_milliseconds / 1000
    until = anyio.current_time() + LONGEST_SECONDS * second
    yield f"retry: {_AGAIN_MILLISECONDS}\n\n{seen.event()}"
    while not seen.final and anyio.current_time() < until and not streams.stopping():
        await anyio.sleep(SECONDS_BETWEEN[seen.level] * second)
        try:
            found = await look()
        except Refusal:
            # Signed out, or no longer his to see: he is told when he comes back.
            return
        # A comment where nothing happened: it finds out that nobody listens any more.
        yield ": \n\n" if found.mark == seen.mark else found.event()
        seen = found


def _look(caller: Caller, request: Request, case_no: str) -> Look:
    with caller.reading(by_itself=True) as reading:
        session = reading.session
        case = views.visible_case(session, reading.actor, case_no)
        task = next(iter(stored.open_tasks(session, case.case_id)), None)
        final = case.status in FINAL_STATUSES
        holder = None if task is None else task.claimed_by
        title = steps.name(task.step) if task else case_labels.STATUSES[case.status]
        since = case.finished_at if task is None else task.claimed_at or task.opened_at
        return Look(
            sign_in_id=reading.actor.sign_in_id or 0,
            mark=f"{case.sequence}-{holder or 0}",
            told={
                "status": case.status,
                "step": task.step if task else None,
                "title": texts.translate(languages.of(request), title),
                "by": None if holder is None else accounts.identify(session, holder),
                "at": moment_text(since) if since else None,
            },
            final=final,
            level=case.risk_level,
        )
