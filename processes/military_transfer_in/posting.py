"""What it writes, once the money came: months paid and months deemed, and the money for them."""

from engine import process
from engine.process import Messages, came
from register import proposals
from register.entries import DerivationStep, Posting
from register.records import Records
from register.rules import transfer_in
from register.rules.transfer_in import Segment

from . import gates
from .form import Form
from .messages import Money


def posting(form: Form, records: Records, messages: Messages) -> Posting:
    """Nothing before the money is there, which must agree with the voucher. Raises the gates."""
    person, on = process.insured(records), records.accepted_on
    gates.check_person(person)
    named = [Segment(row.from_month, row.to_month, row.base_cents) for row in form.segments]
    gates.check_months(form, named, person, records)
    paid = [segment for segment in named if segment.base_cents]
    account = form.principal_cents + form.interest_cents
    owed = transfer_in.owed(account, paid, on, records.parameters)
    money = came(messages, "money", Money)
    if money is None:
        awaited = DerivationStep("等待转移资金", "The money is awaited", "—")
        return process.composed(records, derivation=[*owed.derivation, awaited])
    gates.check_money(form, money, owed)
    deemed = [
        proposals.counting(person, segment.first, segment.last, 0, "DEEMED", on)
        for segment in named
        if not segment.base_cents
    ]
    return process.composed(
        records,
        lines=transfer_in.lines(
            person, form.principal_cents, form.interest_cents, owed.pooled_cents, form.voucher_no
        ),
        changes=[*transfer_in.changes(person, paid, on), *deemed],
        derivation=owed.derivation,
    )
