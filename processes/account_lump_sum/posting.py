"""What it writes: the whole account becomes payable, and the insured relations end."""

from engine import process
from engine.process import yuan
from register import chart, months, proposals
from register.entries import DerivationStep, Posting
from register.records import Records

from . import gates
from .form import CAUSES, Form

SOURCE = "社会保险法第十四条;人社部令第13号"


def posting(form: Form, records: Records) -> Posting:
    """Principal and interest, as they are booked, go to what is payable; months stay as history.

    The relations end with the month after the death, or after acceptance. Raises the gates.
    """
    person = process.insured(records)
    judged = gates.check(form, person, records)
    month = months.shifted(months.of(form.died_on or records.accepted_on), 1)
    changes = [
        proposals.relation(person, held, "ENDED", month)
        for held in person.relations
        if held.status != "ENDED"
    ]
    derivation = [
        DerivationStep("返还原因", "cause", CAUSES[form.cause].zh, SOURCE),
        *judged,
        *(
            DerivationStep(one.zh, one.en, yuan(cents))
            for item, cents in person.balances.items()
            for one in (chart.ACCOUNTS[chart.personal(item)],)
        ),
        DerivationStep("返还金额", "paid out", yuan(person.balance_cents), SOURCE),
    ]
    lines = proposals.emptied(person, chart.PAYABLE, "account_lump_sum")
    return process.composed(records, lines=lines, changes=changes, derivation=derivation)
