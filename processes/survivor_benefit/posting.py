"""What it writes: what becomes payable after a death, and the end of relations and benefits."""

from engine import process
from register import chart, months, proposals
from register.entries import Change, Line, Posting
from register.records import IN_FORCE, PersonRecord, Records

from . import gates, settlement
from .form import Form
from .settlement import Settlement


def posting(form: Form, records: Records) -> Posting:
    """Grants and account become payable, months paid after the death are taken off, everything ends.

    Relations and benefits end with the month after the death. Raises the gates and ParameterMissing.
    """
    person = process.insured(records)
    gates.check(form, person, records)
    found = settlement.of(form, person, records)
    return process.composed(
        records,
        lines=[*_payable(person, found), *_taken_off(person, found)],
        changes=_ended(person, months.shifted(months.of(form.died_on), 1)),
        derivation=settlement.derivation(found),
    )


def _payable(person: PersonRecord, found: Settlement) -> list[Line]:
    """The grants, pension that was due, and the account less what was paid out of it as pension."""
    lines: list[Line] = []
    for memo, cents in (
        ("funeral_grant", found.funeral_cents),
        ("survivors_grant", found.grants.grant_cents),
        ("pension_due", found.due_cents),
    ):
        if cents:
            lines += proposals.paid_out(person, chart.BENEFITS, cents, memo)
    lines += proposals.emptied(person, chart.PAYABLE, "account_inherited")
    if found.account_used_cents:
        lines += _back(person, found.account_used_cents, "account_paid_as_pension")
    return lines


def _taken_off(person: PersonRecord, found: Settlement) -> list[Line]:
    """Overpaid months: taken off what is payable, and claimed back where that is not enough."""
    lines: list[Line] = []
    memo = "paid_after_death"
    if found.offset_cents:
        lines += _back(person, found.offset_cents, memo)
    rest = found.overpaid_cents - found.offset_cents
    if rest:
        lines += proposals.claimed_back(person, chart.BENEFITS, rest, memo)
    return lines


def _back(person: PersonRecord, cents: int, memo: str) -> list[Line]:
    """Less is payable, and the fund has spent less."""
    return [
        proposals.debited(person, chart.PAYABLE, cents, memo),
        proposals.credited(person, chart.BENEFITS, cents, memo),
    ]


def _ended(person: PersonRecord, month: int) -> list[Change]:
    relations = [
        proposals.relation(person, held, "ENDED", month)
        for held in person.relations
        if held.status != "ENDED"
    ]
    benefits = [
        proposals.entitlement(person, held, "ENDED", month)
        for held in person.entitlements
        if held.status in IN_FORCE
    ]
    return [*relations, *benefits]
