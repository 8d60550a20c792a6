"""What it writes: one balanced double entry between the personal account and the adjustments account."""

from engine import process
from engine.process import refuse, yuan
from register import chart
from register.entries import DerivationStep, Line, Posting
from register.records import Records

from .form import ITEMS, Form


def posting(form: Form, records: Records) -> Posting:
    """The two lines of the correction; raises the gate where it would overdraw the account.

    A personal account is what the fund owes: a credit increases it. Nothing is edited, a correction of
    a correction is another case.
    """
    person = process.insured(records)
    present = person.balances.get(form.item, 0)
    signed = form.amount_cents if form.direction == "increase" else -form.amount_cents
    if present + signed < 0:
        raise refuse(
            "account.balance_short",
            f"个人账户{ITEMS[form.item].zh}余额{yuan(present)}元，不足以冲减{yuan(form.amount_cents)}元",
            f"The account's {ITEMS[form.item].en} is {yuan(present)} yuan, less than the "
            f"{yuan(form.amount_cents)} yuan to be taken off: check the amount against the account's "
            "entries.",
        )
    account, contra = chart.personal(form.item), chart.ADJUSTMENTS
    debit, credit = (contra, account) if form.direction == "increase" else (account, contra)
    lines = [
        Line(
            account=code,
            side="debit" if code == debit else "credit",
            amount_cents=form.amount_cents,
            subject_id=person.person_id if code == account else None,
            memo=form.reason_code,
        )
        for code in (debit, credit)
    ]
    derivation = [
        DerivationStep("调整前余额", "balance before", yuan(present)),
        DerivationStep("调整金额", "amount", yuan(signed)),
        DerivationStep("调整后余额", "balance after", yuan(present + signed)),
    ]
    return process.composed(records, lines=lines, derivation=derivation)
