"""What it writes: the overlapping months count no longer here, and their account storage is payable."""

from engine import process
from engine.process import refuse
from register import proposals
from register.entries import Posting
from register.records import Records
from register.rules import refund

from . import gates
from .form import Form

MEMO = "overlap"


def posting(form: Form, records: Records) -> Posting:
    """Lines from the account to what is payable, months void; the pooled fund keeps its part.

    Raises the gates.
    """
    person = process.insured(records)
    chosen = gates.check(form, person)
    given = refund.of_storage(chosen, form.paid_as, records.accepted_on, records.parameters)
    gates.check_account(person, given)
    if not given.total_cents:
        raise refuse(
            "relations.nothing",
            "重复月份的个人账户储存额为零",
            "The account holds nothing of these months.",
        )
    return process.composed(
        records,
        lines=proposals.given_back(person, given, MEMO),
        changes=proposals.voided(person, chosen, records.accepted_on),
        derivation=given.derivation,
    )
