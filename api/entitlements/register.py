"""The register (权益记录) through HTTP: found by number in a body, read masked by its own id."""

from datetime import date
from typing import Annotated, Any, Self

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.responses import Response

from api import openapi
from api.body import Body, json_of
from api.dependencies import Asking, Caller, Commanding
from api.entitlements.register_answers import EmployerShown, Found, PersonShown
from engine import register_reading, unmasking

router = APIRouter(tags=["register"], prefix="/api/register")


class Search(BaseModel):
    """The body of a search: a person's id number or an employer's credit code, never in an address."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    id_no: str | None = Field(default=None, min_length=1, max_length=18)
    uscc: str | None = Field(default=None, min_length=1, max_length=18)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.id_no is None) == (self.uscc is None):
            raise ValueError("give either id_no or uscc")
        return self


@router.post("/search", response_model=Found, openapi_extra=openapi.says(Search))
def search(body: Annotated[Body[Search], json_of(Search)], caller: Commanding) -> Response:
    """The register id of a person or an employer of one's own agency or its subordinates."""
    with caller.command(body) as command:
        register_reading.require(command.session, command.actor)
        sought = body.checked()
        if sought.id_no is not None:
            found = register_reading.find_person(command.session, command.actor, sought.id_no)
            return command.answer({"person_id": found})
        found = register_reading.find_employer(command.session, command.actor, sought.uscc or "")
        return command.answer({"employer_id": found})


@router.get("/persons/{person_id}", response_model=PersonShown)
def show_person(person_id: str, caller: Asking, as_of: date | None = None) -> Response:
    """One person's record, masked: relations, account, entries, entitlements, each with its case.

    ``as_of`` asks for the record as it stood at the end of that day.
    """
    with caller.reading() as reader:
        found = register_reading.person(reader.session, reader.actor, person_id, as_of)
        answer = reader.answer(found)
        noted = unmasking.is_noted(reader.session, reader.actor, person_id)
    if not noted:
        note_read(caller, person_id)
    return answer


def note_read(caller: Caller, person_id: str) -> None:
    """Journal that a record is read, before it is shown."""
    with caller.command(keyed=False) as command:
        unmasking.note_read(command.session, command.actor, person_id)


class Unmasked(BaseModel):
    """Values in the clear, for this answer only: of those that were asked for."""

    person_id: str
    values: dict[str, Any]


@router.post(
    "/persons/{person_id}/unmasking",
    response_model=Unmasked,
    openapi_extra=openapi.says(unmasking.Wanted),
)
def unmask(
    person_id: str,
    body: Annotated[Body[unmasking.Wanted], json_of(unmasking.Wanted)],
    caller: Commanding,
) -> Response:
    """Personal data unmasked, for a case one works on or, to an auditor, for a coded reason; journalled."""
    with caller.command(body) as command:
        session, actor = command.session, command.actor
        register_reading.require(session, actor)
        values = unmasking.unmask(session, command.office, actor, person_id, body.checked())
        return command.answer({"person_id": person_id, "values": values})


@router.get("/employers/{employer_id}", response_model=EmployerShown)
def show_employer(employer_id: str, caller: Asking, as_of: date | None = None) -> Response:
    """One employer's record, and each change of it with its case; ``as_of`` as for a person."""
    with caller.reading() as reader:
        return reader.answer(
            register_reading.employer(reader.session, reader.actor, employer_id, as_of)
        )
