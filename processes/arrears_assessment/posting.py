"""What it writes: what the employer owes, as receivable; months and account follow the payment."""

from engine import process
from engine.process import yuan
from register import proposals
from register.entries import DerivationStep, Posting
from register.records import Records

from . import assessed
from .form import Form


def posting(form: Form, records: Records) -> Posting:
    """Receivables of contributions and late fees, and a claim for each run of months. Raises the gates."""
    assessments = assessed.of(form, records)
    principal = sum(one.whole.principal_cents for one in assessments)
    late_fee = sum(one.whole.late_fee_cents for one in assessments)
    return process.composed(
        records,
        lines=proposals.assessed(principal, late_fee, form.evidence),
        changes=[change for one in assessments for change in assessed.claims(one, records)],
        derivation=[
            *assessed.told(assessments),
            DerivationStep("补缴人数", "employees", str(len(assessments))),
            DerivationStep(
                "应缴总额（本金和滞纳金）",
                "to be paid in all, contributions and late fees",
                yuan(principal + late_fee),
            ),
        ],
    )
