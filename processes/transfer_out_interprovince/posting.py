"""What it writes: the relation ends, the account is emptied, and the other agency is owed both parts."""

from engine import process
from register import chart, months, proposals
from register.entries import Line, Posting
from register.records import PersonRecord, Records
from register.rules import transfer
from register.rules.transfer import Transfer

from . import gates
from .form import Form


def posting(form: Form, records: Records) -> Posting:
    """Account and pooled part become payable to the receiving agency, not to the person.

    The account as it stands bears no interest of the running year: the receiver settles that. The months
    stay as history. Raises the gates.
    """
    person = process.insured(records)
    ending = gates.check_person(person)
    gates.check_letter(form, person, records)
    stays = gates.check_before(form, person, records)
    bases = {one.month: one.base_cents for one in person.months if one.origin != "DEEMED"}
    moves = transfer.amount(
        person.balance_cents - stays, bases, records.accepted_on, records.parameters
    )
    following = months.shifted(months.of(records.accepted_on), 1)
    return process.composed(
        records,
        lines=_lines(person, moves, stays, form.letter_no),
        changes=[proposals.relation(person, held, "ENDED", following) for held in ending],
        derivation=moves.derivation,
    )


def _lines(person: PersonRecord, moves: Transfer, stays: int, memo: str) -> list[Line]:
    """The account goes out whole; what isn't the person's own falls to the pooled fund."""
    lines = [
        Line(chart.personal(item), "debit", cents, person.person_id, memo=memo)
        for item, cents in person.balances.items()
    ]
    lines += [
        Line(chart.TRANSFERS, "debit", moves.pooled_cents, memo=memo),
        Line(chart.POOLED_FUND, "credit", stays, memo=memo),
        Line(chart.TRANSFERS_PAYABLE, "credit", moves.total_cents, memo=memo),
    ]
    return [line for line in lines if line.amount_cents]
