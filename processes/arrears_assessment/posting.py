"""What it writes: what the employer owes, as receivable; months and account follow the payment."""

from engine import process
from register import proposals
from register.entries import Posting
from register.records import Records

from . import assessed
from .form import Form


def posting(form: Form, records: Records) -> Posting:
    """Receivables of contributions and late fees, and a claim for each run of months. Raises the gates."""
    person = process.insured(records)
    assessment = assessed.of(form, person, records)
    whole = assessment.whole
    return process.composed(
        records,
        lines=proposals.assessed(whole.principal_cents, whole.late_fee_cents, form.evidence),
        changes=tuple(assessed.claims(assessment, person, records)),
        derivation=whole.derivation,
        others=[assessment.employer],
    )
