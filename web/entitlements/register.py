"""权益记录: a person or an employer whole, as the register has it, each value with the way to its case.

Numbers are typed into a form's body; what an address names is the register's own id. Masked as every screen.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Asking, Commanding, Reading
from api.entitlements import register as api_register
from authz import decisions
from authz.acts import Act
from authz.offices import agencies
from database import clock
from database.refusals import Invalid
from engine import register_reading, unmasking
from web import case_labels, commands, pages
from web.counter.person import RELATIONS, SEXES, STATUSES
from web.entitlements.payables import STATES as PAYABLE_STATES
from web.forms import Sent, sent_form
from web.heard import document_check
from web.texts import mark

router = APIRouter(include_in_schema=False)

REGISTER = "/register"
MAX_NUMBER = 32
USCC_LENGTH = 18
KINDS: Mapping[str, str] = {
    "person_key": mark("Key data"),
    "person_contact": mark("Contact"),
    "payment_account": mark("Account benefits are paid to"),
    "relation": mark("Insurance relation"),
    "entitlement": mark("Entitlement"),
    "months": mark("Contribution months"),
    "declared_base": mark("Declared base"),
    "certification": mark("Proof of being entitled"),
    "claim": mark("Claim for past months"),
    "deferral": mark("Deferral"),
    "hold": mark("Freeze by a court"),
    "employer_key": mark("Key data"),
    "employer_contact": mark("Contact"),
}
# What may be shown unmasked, by the names the register has for it.
PERSONAL: Mapping[str, str] = {
    "id_no": mark("Id number"),
    "name": mark("Name"),
    "contact": mark("Contact"),
    "payment_account": mark("Account benefits are paid to"),
}
ORIGINS: Mapping[str, str] = {
    "PAID": mark("paid"),
    "BACK_PAID": mark("back-paid"),
    "BACKFILLED": mark("added from old records"),
    "DEEMED": mark("deemed paid"),
    "TRANSFERRED_IN": mark("transferred in"),
}


@router.get(REGISTER)
def ask(request: Request, caller: Asking) -> Response:
    """The form that asks for a number."""
    with caller.reading() as reading:
        register_reading.require(reading.session, reading.actor)
        return pages.page(request, "register/search.html", reading)


@router.post(REGISTER)
def find(request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]) -> Response:
    """Lead to the record of the person or employer of this number; refused at the field otherwise."""
    with commands.command(request, caller, sent) as command:
        number = sent.text("number").upper()[:MAX_NUMBER]
        session, actor = command.session, command.actor
        try:
            # Both numbers have 18 places; an employer's is chosen, never guessed.
            if sent.text("kind") == "employer":
                found = register_reading.find_employer(session, actor, number)
                return pages.done(command, request, f"{REGISTER}/employers/{found}")
            found = register_reading.find_person(session, actor, number)
            return pages.done(command, request, f"{REGISTER}/persons/{found}")
        except Invalid as refused:
            errors = [{"field": "number", "message": refused.detail, "rule": refused.rule}]
            raise Invalid(refused.detail, rule=refused.rule, errors=errors) from None


@router.get(REGISTER + "/persons/{person_id}")
def show_person(
    person_id: str, request: Request, caller: Asking, as_of: date | None = None
) -> Response:
    """One person: relations, benefits, account, months by year, every change; now or at a day's end."""
    with caller.reading() as reading:
        shown = register_reading.person(reading.session, reading.actor, person_id, as_of)
        noted = unmasking.is_noted(reading.session, reading.actor, person_id)
        answer = pages.page(
            request,
            "register/person.html",
            reading,
            person=shown,
            as_of=as_of,
            today=clock.today(reading.session),
            years=_years(shown["months"]["items"]),
            agencies=_names(reading.session, shown["relations"]),
            origins=ORIGINS,
            sexes=SEXES,
            relations=RELATIONS,
            statuses=STATUSES,
            payable_states=PAYABLE_STATES,
            unmasking=_unmasking(reading, person_id),
            **_labels(),
        )
    if not noted:
        api_register.note_read(caller, person_id)
    return answer


@router.get(REGISTER + "/employers/{employer_id}")
def show_employer(
    employer_id: str, request: Request, caller: Asking, as_of: date | None = None
) -> Response:
    """One employer, and every change; now or at a day's end."""
    with caller.reading() as reading:
        shown = register_reading.employer(reading.session, reading.actor, employer_id, as_of)
        return pages.page(
            request,
            "register/employer.html",
            reading,
            employer=shown,
            as_of=as_of,
            today=clock.today(reading.session),
            agencies=_names(reading.session, [shown]),
            statuses=STATUSES,
            **_labels(),
        )


def _unmasking(reading: Reading, person_id: str) -> dict[str, Any]:
    """What the form that asks for unmasked data offers to this reader."""
    session, actor = reading.session, reading.actor
    by_reason = decisions.may(session, actor, Act(unmasking.BY_REASON, agency=actor.agency))
    return {
        "fields": PERSONAL,
        "cases": unmasking.cases_at_hand(session, actor, person_id),
        "reasons": unmasking.REASONS if by_reason else {},
    }


def _labels() -> dict[str, Any]:
    return {
        "papers": document_check.KINDS,
        "kinds": KINDS,
        "fields": case_labels.FIELDS,
        "value": case_labels.value,
    }


def _names(session: Any, rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What the agencies of these rows are called."""
    return {code: agencies.known(session, code).name for code in {row["agency"] for row in rows}}


def _years(months: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The months by year, newest first: a person may have five hundred of them."""
    found = []
    for year, group in groupby(months, key=lambda month: month["month"] // 100):
        listed = list(group)
        bases = [month["base_cents"] for month in listed if month["base_cents"]]
        found.append(
            {
                "year": year,
                "months": listed,
                "least": min(bases, default=None),
                "most": max(bases, default=None),
                "origins": sorted({month["origin"] for month in listed}),
                "cases": sorted({month["case_no"] for month in listed}),
            }
        )
    return found[::-1]
