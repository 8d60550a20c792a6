"""The audit trail (签批溯源) through HTTP: cases, journal, people and changes of rules, for auditors only."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import cursors, openapi
from api.auditing.audit_answers import AuditedCasePage, AuditedPerson, AuditEntryPage
from api.auditing.audit_queries import CaseQuery, EntryQuery, RuleQuery
from api.body import Body, json_of
from api.dependencies import Asking, Commanding
from database import clock
from oversight.auditing import case_search, person, scope, trail
from oversight.auditing.case_search import Wanted as WantedCases
from register import identity
from register import reading as register

router = APIRouter(tags=["audit"], prefix="/api/audit")

_CASES, _JOURNAL, _ACTS, _RULES = "audit-cases", "audit-journal", "audit-acts", "audit-rules"


class SubjectSearch(BaseModel):
    """The body of a search by the client: an id number has no place in an address."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    id_no: str = Field(min_length=1, max_length=18)


@router.get("/cases", response_model=AuditedCasePage)
def find_cases(caller: Asking, asked: Annotated[CaseQuery, Query()]) -> Response:
    """Cases by number, business, status, level, who accepted or signed, and day of acceptance."""
    with caller.reading() as reading:
        position = cursors.position(_CASES, asked.cursor)
        page = case_search.search(reading.session, reading.actor, asked.wanted(), position)
        return reading.answer(_sealed(_CASES, page))


@router.post(
    "/cases/search", response_model=AuditedCasePage, openapi_extra=openapi.says(SubjectSearch)
)
def find_cases_of(
    body: Annotated[Body[SubjectSearch], json_of(SubjectSearch)], caller: Commanding
) -> Response:
    """The newest cases of the person with this id number."""
    with caller.command(body) as command:
        given = body.checked(lambda: scope.of(command.session, command.actor))
        identity.check_id_no(given.id_no, clock.today(command.session))
        found = register.find_person(command.session, given.id_no)
        wanted = WantedCases(person_id=found or "")
        page = case_search.search(command.session, command.actor, wanted)
        return command.answer({**page, "next_cursor": None})


@router.get("/journal", response_model=AuditEntryPage)
def read_journal(caller: Asking, asked: Annotated[EntryQuery, Query()]) -> Response:
    """The journal by case or agency, person, action, rule and day."""
    with caller.reading() as reading:
        position = cursors.position(_JOURNAL, asked.cursor)
        page = trail.read(reading.session, reading.actor, asked.wanted(), position)
        return reading.answer(_sealed(_JOURNAL, page))


@router.get("/people/{staff_no}", response_model=AuditedPerson)
def show_person(staff_no: str, caller: Asking, cursor: str | None = None) -> Response:
    """One member of staff: posts, grants received and given, sign-ins, denied attempts, all acts."""
    with caller.reading() as reading:
        position = cursors.position(_ACTS, cursor)
        found = person.of(reading.session, reading.actor, staff_no, position)
        return reading.answer({**found, "acts": _sealed(_ACTS, found["acts"])})


@router.get("/rules", response_model=AuditEntryPage)
def changes_of_rules(caller: Asking, asked: Annotated[RuleQuery, Query()]) -> Response:
    """Who changed which grant, post, key, risk table or definition."""
    with caller.reading() as reading:
        page = trail.changes_of_rules(
            reading.session,
            reading.actor,
            kind=asked.kind,
            days=asked.days(),
            cursor=cursors.position(_RULES, asked.cursor),
        )
        return reading.answer(_sealed(_RULES, page))


def _sealed(listing: str, page: dict[str, Any]) -> dict[str, Any]:
    return {**page, "next_cursor": cursors.seal(listing, page["next_cursor"])}
