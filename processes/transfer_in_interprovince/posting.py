"""What it writes, once table and money came: months that count from now on, and the money for them."""

from engine import process
from engine.process import Messages, came
from register.entries import DerivationStep, Posting
from register.records import Records
from register.rules import transfer_in
from register.rules.transfer_in import Segment

from . import gates
from .form import Form
from .messages import ContactLetter, InfoTable, Money


def posting(form: Form, records: Records, messages: Messages) -> Posting:
    """Nothing before table and money are there; then both, which must agree. Raises the gates.

    What came is looked at as soon as it comes, so that the other agency is asked while it still can answer.
    """
    person = process.insured(records)
    gates.check_person(form, person, records)
    letter = came(messages, "contact_letter", ContactLetter)
    table, money = came(messages, "info_table", InfoTable), came(messages, "money", Money)
    if letter is not None:
        gates.check_letter(letter, records)
    if table is None:
        return process.composed(records, derivation=_awaited(letter, table, money))
    segments = [Segment(row.from_month, row.to_month, row.base_cents) for row in table.segments]
    gates.check_table(segments, person, records)
    account = table.principal_cents + table.interest_cents
    owed = transfer_in.owed(account, segments, records.accepted_on, records.parameters)
    if money is None:
        steps = [*owed.derivation, *_awaited(letter, table, money)]
        return process.composed(records, derivation=steps)
    gates.check_money(table, money, owed)
    return process.composed(
        records,
        lines=transfer_in.lines(
            person,
            table.principal_cents,
            table.interest_cents,
            owed.pooled_cents,
            table.table_no,
        ),
        changes=transfer_in.changes(person, segments, records.accepted_on),
        derivation=owed.derivation,
    )


def _awaited(*said: ContactLetter | InfoTable | Money | None) -> list[DerivationStep]:
    """What is still waited for, told where the posting will stand."""
    named = (ContactLetter.NAMES, InfoTable.NAMES, Money.NAMES)
    return [
        DerivationStep(f"等待{names.zh}", f"{names.en} is awaited", "—")
        for names, message in zip(named, said, strict=True)
        if message is None
    ]
