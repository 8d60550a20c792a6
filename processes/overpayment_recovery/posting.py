"""What it writes: what the person owes, and what of it is taken off at once."""

from engine import process
from engine.process import yuan
from register import chart, proposals
from register.entries import DerivationStep, Line, Posting
from register.records import PersonRecord, Records

from . import gates
from .form import MODES, Form

SOURCE = "社会保险经办条例第四十六条"
MEMO = "overpaid_benefit"


def posting(form: Form, records: Records) -> Posting:
    """The claim; by OFFSET also its settlement with what is payable, as far as that goes.

    What is left stays receivable. Raises the gates.
    """
    person = process.insured(records)
    cents = gates.claimed(form, person, records)
    gates.check_plan(form, cents, person, records)
    offset = min(cents, person.owed.get("payable", 0)) if form.mode == "OFFSET" else 0
    lines = [
        *proposals.claimed_back(person, chart.BENEFITS, cents, MEMO),
        *_settled(person, offset),
    ]
    derivation = [
        DerivationStep("核查报告", "report", form.report, SOURCE),
        DerivationStep("追回金额", "claimed back", yuan(cents), SOURCE),
        DerivationStep("退回方式", "how", MODES[form.mode].zh, SOURCE),
        *_plan(form, cents),
        DerivationStep("本次抵扣应付款", "taken off what is payable", yuan(offset)),
        DerivationStep("尚待退回", "still to be paid back", yuan(cents - offset)),
    ]
    return process.composed(records, lines=lines, derivation=derivation)


def _settled(person: PersonRecord, cents: int) -> list[Line]:
    if not cents:
        return []
    return [
        proposals.debited(person, chart.PAYABLE, cents, MEMO),
        proposals.credited(person, chart.RECEIVABLE, cents, MEMO),
    ]


def _plan(form: Form, cents: int) -> list[DerivationStep]:
    """The instalments: all alike but for the last."""
    if form.instalments is None or form.monthly_cents is None:
        return []
    count, each = form.instalments, form.monthly_cents
    return [
        DerivationStep(
            f"{count}期，自{form.first_month}起每月，每期{yuan(each)}，末期",
            f"{count} instalments, monthly from {form.first_month}, of {yuan(each)}; the last",
            yuan(cents - (count - 1) * each),
        )
    ]
