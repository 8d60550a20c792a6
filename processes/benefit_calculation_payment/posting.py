"""What it writes: the approved pension in payment, the account it goes to, and the months since its start."""

from engine import process
from engine.process import refuse, yuan
from register import chart, months, proposals
from register.entries import Change, DerivationStep, Posting
from register.records import Entitlement, PersonRecord, Records
from register.rules import enrollment

from .form import Form

SOURCE = "社会保险法第十五条"


def posting(form: Form, records: Records) -> Posting:
    """The entitlement, PAYING from its approved month; the months up to acceptance become payable.

    Months after acceptance are paid regularly. Raises the gates: nothing approved, insured past the age,
    holder.
    """
    person = process.insured(records)
    held = person.pension
    if held is None or held.status != "APPROVED":
        raise refuse(
            "first_payment.none_approved",
            "该人员没有已审批、待发放的养老金",
            "No approved pension of this person waits for its first payment: approve the retirement first "
            "(retirement_approval).",
        )
    past_age = enrollment.past_age(person)
    if past_age:
        raise refuse(
            "first_payment.overage",
            "该人员按超龄政策参保，关系未终止，不能首次发放",
            "This person is insured past the statutory age under a policy: as long as that relation hasn't "
            "ended nothing is paid for the first time.",
            rows=[relation.relation_id for relation in past_age],
        )
    if form.holder != person.name:
        raise refuse(
            "payment_account.holder_differs",
            "户名与参保人姓名不一致：待遇只能发放到本人账户",
            "The account holder is not the insured person: benefits are paid to the person's own "
            "account only. Compare the bank card with the register.",
        )
    owed = months.spanned(held.from_month, months.of(records.accepted_on))
    cents = len(owed) * held.monthly_cents
    lines = proposals.paid_out(person, chart.BENEFITS, cents, "first_payment") if cents else []
    changes = [
        proposals.entitlement(person, held, "PAYING", held.from_month),
        *_account(form, person, records),
    ]
    return process.composed(
        records, lines=lines, changes=changes, derivation=_derivation(held, len(owed), cents)
    )


def _account(form: Form, person: PersonRecord, records: Records) -> list[Change]:
    """The payment account, where the register has none or another."""
    said = form.model_dump()
    if person.payment_account is not None and dict(person.payment_account) == said:
        return []
    return [proposals.payment_account(person, said, records.accepted_on)]


def _derivation(held: Entitlement, count: int, cents: int) -> list[DerivationStep]:
    names = {
        "basic": ("基础养老金", "basic pension"),
        "account": ("个人账户养老金", "account pension"),
        "transition": ("过渡性养老金", "transitional pension"),
    }
    parts = [
        DerivationStep(*names[part], yuan(part_cents), SOURCE)
        for part, part_cents in held.components.items()
        if part in names
    ]
    return [
        *parts,
        DerivationStep("月待遇", "monthly amount", yuan(held.monthly_cents), SOURCE),
        DerivationStep("待遇起始年月", "paid from", months.text(held.from_month), SOURCE),
        DerivationStep(
            f"首次发放={yuan(held.monthly_cents)}×{count}个月",
            f"first payment = {yuan(held.monthly_cents)} × {count} months",
            yuan(cents),
        ),
    ]
