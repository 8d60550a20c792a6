"""What it writes: the payable that came back is replaced by a new one, as high, to the new account."""

from engine import process
from engine.process import yuan
from register import proposals
from register.entries import DerivationStep, Posting
from register.records import Records

from . import gates
from .form import REASONS, Form

MEMO = "payment_reissue"


def posting(form: Form, records: Records) -> Posting:
    """Two lines on what is payable: the old payable is taken off, the new one stands. Raises the gates."""
    person = process.insured(records)
    due = gates.check(form, person)
    derivation = [
        DerivationStep("原应付款编号", "payable that is replaced", str(due.payable_id)),
        DerivationStep("重发原因", "reason", REASONS[form.reason].zh),
        DerivationStep("重发金额", "paid again", yuan(due.amount_cents)),
    ]
    return process.composed(
        records, lines=proposals.replaced(person, due, MEMO), derivation=derivation
    )
