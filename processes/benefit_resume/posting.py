"""What it writes: the pension in payment again, and what is owed for the suspended months."""

from engine import process
from engine.process import yuan
from register import chart, months, proposals
from register.entries import DerivationStep, Posting
from register.records import Records

from . import resumption
from .form import REASONS, Form

SOURCE = "劳社厅函〔2001〕44号"


def posting(form: Form, records: Records) -> Posting:
    """One change of ``entitlement``, PAYING from the first month that is paid, and the back-pay.

    Raises the gates of ``resumption``.
    """
    person = process.insured(records)
    found = resumption.of(form, records)
    held = found.held
    change = proposals.entitlement(person, held, "PAYING", found.from_month)
    lines = (
        proposals.paid_out(person, chart.BENEFITS, found.cents, "resumption_back_pay")
        if found.cents
        else []
    )
    count = len(found.paid_back)
    derivation = [
        DerivationStep("原暂停原因", "reason of the suspension", REASONS[form.reason].zh),
        DerivationStep("暂停起始年月", "suspended from", months.text(held.from_month)),
        DerivationStep("恢复发放年月", "paid again from", months.text(found.resume_from), SOURCE),
        DerivationStep("补发月数", "months paid back", str(count), SOURCE),
        DerivationStep(
            f"补发金额={yuan(held.monthly_cents)}×{count}",
            f"paid back = {yuan(held.monthly_cents)} × {count}",
            yuan(found.cents),
        ),
    ]
    return process.composed(records, lines=lines, changes=[change], derivation=derivation)
