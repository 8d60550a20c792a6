"""The JSON body of a request: read within limits, and judged only when the route asks.

Authority and existence come before form errors (403 and 404 before 422), so a body that doesn't fit
waits with its errors until the route has looked. FastAPI's own body parameters would judge first.
"""

from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

import anyio
from fastapi import Depends
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.datastructures import FormData
from starlette.requests import Request

from api import strict_json
from database.refusals import Invalid, Refusal
from engine.applications import field_errors

SECONDS_TO_SEND = 30

M = TypeVar("M", bound=BaseModel)


class MediaTypeRefused(Invalid):
    """Send JSON, and say so: Content-Type: application/json."""

    rule = "body.media_type"


class RequestTooSlow(Refusal):
    """The body did not arrive in time; nothing was done, send it again."""

    rule = "body.too_slow"


class Readable(Protocol):
    """What a command is sent: enough to tell whether the same was sent before."""

    def readable(self) -> Any:
        """The JSON value that stands for it, without judging whether it fits."""


class Nothing(BaseModel):
    """A body that says nothing: absent, or ``{}``."""

    model_config = ConfigDict(strict=True, extra="forbid")


class Body(Generic[M]):
    """What was sent. ``raw`` is the JSON value as read, ``None`` where it couldn't be."""

    def __init__(self, model: type[M], raw: Any, refusal: Refusal | None = None) -> None:
        self.raw = raw
        self.refusal = refusal
        self._model = model

    def readable(self) -> Any:
        """The JSON value. Raises MalformedBody or MediaTypeRefused where there is none."""
        if isinstance(self.refusal, strict_json.MalformedBody | MediaTypeRefused):
            raise self.refusal
        return self.raw

    def checked(self, look_first: Callable[[], object] | None = None) -> M:
        """The body as its model.

        Where it doesn't fit, ``look_first`` runs before the refusal and may refuse more weightily
        (NotFound, Forbidden). Raises MalformedBody, or Invalid with every wrong field at once.
        """
        try:
            if self.refusal is not None:
                raise self.refusal
            return self._model.model_validate(self.raw)
        except ValidationError as wrong:
            refusal = Invalid(
                "Some fields don't fit; each says why. Nothing was done.",
                errors=field_errors(wrong),
            )
        except Invalid as not_an_object:
            refusal = not_an_object
        if look_first is not None:
            look_first()
        raise refusal


class Reader(Generic[M]):
    """Reads the body for one model; a FastAPI dependency that also names the model in OpenAPI."""

    def __init__(self, model: type[M]) -> None:
        self.model = model

    async def __call__(self, request: Request) -> Body[M]:
        """Read and parse, keeping a refusal for later. Raises BodyTooLarge and RequestTooSlow."""
        content = await read_within_time(request)
        if not content and not any(f.is_required() for f in self.model.model_fields.values()):
            return Body(self.model, {})
        media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
        try:
            if media_type != "application/json":
                raise MediaTypeRefused
            return Body(self.model, strict_json.parse_object(content))
        except Invalid as refusal:
            return Body(self.model, None, refusal)


async def read_within_time(request: Request) -> bytes:
    """The whole body. Raises RequestTooSlow when it trickles in."""
    try:
        with anyio.fail_after(SECONDS_TO_SEND):
            return await request.body()
    except TimeoutError as too_slow:
        raise RequestTooSlow from too_slow


async def read_form_within_time(request: Request, max_fields: int = 8) -> FormData:
    """The form, multipart or not. Raises RequestTooSlow; the framework refuses one that can't be read."""
    try:
        with anyio.fail_after(SECONDS_TO_SEND):
            return await request.form(max_files=1, max_fields=max_fields, max_part_size=64 * 1024)
    except TimeoutError as too_slow:
        raise RequestTooSlow from too_slow


def json_of(model: type[BaseModel]) -> Any:
    """The dependency that reads a body of this model."""
    return Depends(Reader(model))
