"""What it writes: each relation continues with the other agency, in the same status; no money moves."""

from engine import process
from engine.process import yuan
from register import proposals
from register.entries import DerivationStep, Posting
from register.records import Records

from . import gates
from .form import Form


def posting(form: Form, records: Records) -> Posting:
    """The relations move on the day of acceptance; months and account stay as they are.

    Raises the gates.
    """
    person = process.insured(records)
    moving = gates.check(form, person, records)
    return process.composed(
        records,
        changes=[
            proposals.moved(person, held, form.to_agency, records.accepted_on) for held in moving
        ],
        derivation=[
            DerivationStep("转入经办机构", "receiving agency", records.agencies[form.to_agency]),
            DerivationStep("累计月数", "months that count", str(len(person.months))),
            DerivationStep(
                "个人账户储存额（不划转）",
                "personal account (no fund moves)",
                yuan(person.balance_cents),
            ),
        ],
    )
