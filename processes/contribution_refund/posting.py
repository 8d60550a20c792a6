"""What it writes: the months count no longer, and what the person paid for them becomes payable to him."""

from engine import process
from engine.process import refuse
from register import proposals
from register.entries import Posting
from register.records import Records
from register.rules import refund

from . import gates
from .form import Form


def posting(form: Form, records: Records) -> Posting:
    """Lines from the account (and of a flexible worker from the pooled fund) to what is payable; months void.

    Raises the gates.
    """
    person = process.insured(records)
    chosen = gates.check(form, person)
    given = refund.of_contributions(chosen, form.paid_as, records.parameters)
    gates.check_account(person, given)
    if not given.total_cents:
        raise refuse(
            "refund.nothing",
            "按各月比例计算应退金额为零",
            "By the rates of these months nothing is to be given back.",
        )
    return process.composed(
        records,
        lines=proposals.given_back(person, given, form.reason_code),
        changes=proposals.voided(person, chosen, records.accepted_on),
        derivation=given.derivation,
    )
