"""What an auditor's form asks for: blank fields ask for nothing, wrong ones are told by name."""

from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from api import cursors
from database.refusals import Invalid
from engine import applications

Asked = TypeVar("Asked", bound=BaseModel)


class SearchInvalid(Invalid):
    """This can't be looked for: dates are written 2026-11-02, other fields as the form offers them."""

    rule = "audit.search"


def asked(request: Request, model: type[Asked]) -> Asked:
    """The query as this model. Raises SearchInvalid."""
    said = {name: value.strip() for name, value in request.query_params.items() if value.strip()}
    try:
        return model.model_validate(said)
    except ValidationError as failed:
        raise SearchInvalid(errors=applications.field_errors(failed)) from failed


def kept(request: Request) -> dict[str, str]:
    """The query without blanks and cursor: what links to the next page repeat."""
    return {
        name: value.strip()
        for name, value in request.query_params.items()
        if value.strip() and name != "cursor"
    }


def position(listing: str, request: Request) -> str | None:
    """Where the page begins. Raises CursorRefused."""
    return cursors.position(listing, request.query_params.get("cursor") or None)
