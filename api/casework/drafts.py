"""Drafts (``/api/drafts``): what a person has typed and not yet sent, for him alone."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import openapi
from api.body import Body, json_of
from api.casework.desk_answers import DraftList, DraftSaved, DraftShown
from api.dependencies import Asking, Commanding
from database.clock import moment_text
from engine import drafts
from engine.drafts import Draft

router = APIRouter(tags=["drafts"], prefix="/api/drafts")


class DraftBody(BaseModel):
    """A draft: of which business, and what was typed so far, whatever its shape (64 KiB of JSON)."""

    model_config = ConfigDict(strict=True, extra="forbid")

    process: str = Field(min_length=1, max_length=40)
    content: dict[str, Any]


@router.get("", response_model=DraftList)
def mine(caller: Asking) -> Response:
    """One's own drafts, the latest first."""
    with caller.reading() as reading:
        found = drafts.mine(reading.session, reading.actor)
        return reading.answer({"items": [_line(draft) for draft in found]})


@router.get("/{draft_id}", response_model=DraftShown)
def show(draft_id: str, caller: Asking) -> Response:
    """One of one's own drafts, as it was typed."""
    with caller.reading() as reading:
        draft = drafts.get(reading.session, reading.actor, draft_id)
        return reading.answer({**_line(draft), "content": draft.content})


@router.post("", status_code=201, response_model=DraftSaved, openapi_extra=openapi.says(DraftBody))
def begin(body: Annotated[Body[DraftBody], json_of(DraftBody)], caller: Commanding) -> Response:
    """Keep a new draft."""
    with caller.command(body) as command:
        given = body.checked()
        draft = drafts.save(command.session, command.actor, None, given.process, given.content)
        return command.answer(_line(draft), 201)


@router.put(
    "/{draft_id}",
    response_model=DraftSaved,
    openapi_extra=openapi.says(DraftBody, keyed=False),
)
def save(
    draft_id: str, body: Annotated[Body[DraftBody], json_of(DraftBody)], caller: Commanding
) -> Response:
    """Write over one of one's own drafts; sent twice it is written twice the same."""
    with caller.command(keyed=False) as command:
        given = body.checked(lambda: drafts.get(command.session, command.actor, draft_id))
        process, content = given.process, given.content
        draft = drafts.save(command.session, command.actor, draft_id, process, content)
        return command.answer(_line(draft))


@router.delete("/{draft_id}", status_code=204)
def discard(draft_id: str, caller: Commanding) -> Response:
    """Remove one of one's own drafts."""
    with caller.command(keyed=False) as command:
        drafts.drop(command.session, command.actor, draft_id)
    return Response(status_code=204)


def _line(draft: Draft) -> dict[str, Any]:
    return {
        "draft_id": draft.draft_id,
        "process": draft.process,
        "saved_at": moment_text(draft.saved_at),
    }
