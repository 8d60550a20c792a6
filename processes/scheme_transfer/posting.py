"""What it writes: out, the relation ends and both parts are owed to the other scheme; in, both are booked."""

from engine import process
from register import chart, months, proposals
from register.entries import Change, Line, Posting
from register.records import PersonRecord, Records, Relation
from register.rules import transfer
from register.rules.transfer import Transfer

from . import gates
from .form import Form

RATE = "scheme_transfer_pooled_rate"


def posting(form: Form, records: Records) -> Posting:
    """Account and pooled part move in the direction of the form, the months with them.

    Raises the gates and ParameterMissing.
    """
    person = process.insured(records)
    gates.check_complete(form)
    held = gates.check_person(form, person, records)
    if form.direction == "out":
        return _out(form, person, records, held)
    return _in(form, person, records)


def _out(form: Form, person: PersonRecord, records: Records, held: list[Relation]) -> Posting:
    gates.check_leaving(person, held)
    bases = {one.month: one.base_cents for one in person.months if one.origin != "DEEMED"}
    moves = transfer.amount(
        person.balance_cents, bases, records.accepted_on, records.parameters, RATE
    )
    following = months.shifted(months.of(records.accepted_on), 1)
    return process.composed(
        records,
        lines=_paid(person, moves, form.letter_no),
        changes=[proposals.relation(person, one, "ENDED", following) for one in held],
        derivation=moves.derivation,
    )


def _in(form: Form, person: PersonRecord, records: Records) -> Posting:
    gates.check_months(form, person, records)
    bases = {
        month: one.base_cents
        for one in form.periods
        for month in months.spanned(one.from_month, one.to_month)
    }
    account = (form.principal_cents or 0) + (form.interest_cents or 0)
    moved = transfer.amount(account, bases, records.accepted_on, records.parameters, RATE)
    gates.check_money(form, moved)
    return process.composed(
        records,
        lines=_booked(form, person, moved),
        changes=_counting(form, person, records),
        derivation=moved.derivation,
    )


def _paid(person: PersonRecord, moves: Transfer, memo: str) -> list[Line]:
    lines = [
        Line(chart.personal(item), "debit", cents, person.person_id, memo=memo)
        for item, cents in person.balances.items()
    ]
    lines += [
        Line(chart.TRANSFERS, "debit", moves.pooled_cents, memo=memo),
        Line(chart.TRANSFERS_PAYABLE, "credit", moves.total_cents, memo=memo),
    ]
    return [line for line in lines if line.amount_cents]


def _booked(form: Form, person: PersonRecord, moved: Transfer) -> list[Line]:
    memo = form.letter_no
    lines = [
        Line(chart.TRANSFERS_RECEIVED, "debit", moved.total_cents, memo=memo),
        Line(chart.PRINCIPAL, "credit", form.principal_cents or 0, person.person_id, memo=memo),
        Line(chart.INTEREST, "credit", form.interest_cents or 0, person.person_id, memo=memo),
        Line(chart.POOLED_FUND, "credit", moved.pooled_cents, memo=memo),
    ]
    return [line for line in lines if line.amount_cents]


def _counting(form: Form, person: PersonRecord, records: Records) -> list[Change]:
    return [
        proposals.counting(
            person,
            one.from_month,
            one.to_month,
            one.base_cents,
            "TRANSFERRED_IN",
            records.accepted_on,
        )
        for one in form.periods
    ]
