"""When contributions can't be given back: each gate names what stands in the way."""

from engine.process import refuse, yuan
from register import proposals
from register.records import ContributionMonth, PersonRecord
from register.rules import periods
from register.rules.refund import Refund

from .form import Form


def check(form: Form, person: PersonRecord) -> list[ContributionMonth]:
    """The months that are given back; raises where they were not paid, or the payee is somebody else."""
    if person.pension is not None:
        raise refuse(
            "refund.used",
            f"该人员已核定养老金（自{person.pension.from_month}起），缴费已用于待遇计算，不能退费",
            f"A pension has been approved from {person.pension.from_month} on: the contributions are "
            "used for it and can't be given back.",
            rows=[person.pension.entitlement_id],
        )
    if form.holder != person.name:
        raise refuse(
            "refund.payee_differs",
            "收款人与缴费人不一致：退费只能退给缴费人本人",
            "The payee is not who paid: contributions go back to the payer only.",
        )
    spans = [(period.from_month, period.to_month) for period in form.periods]
    twice = periods.repeated(spans)
    if twice:
        raise refuse(
            "refund.twice",
            f"时段互相重叠：{periods.text(twice)}",
            f"The periods overlap each other: {periods.text(twice)}.",
            rows=twice,
        )
    paid = [month for month in person.months if month.origin in ("PAID", "BACK_PAID")]
    chosen = periods.chosen(spans, paid)
    there = {month.month for month in chosen}
    absent = [month for month in periods.spanned(spans) if month not in there]
    if absent:
        raise refuse(
            "refund.not_paid",
            f"下列月份没有缴费记录：{periods.text(absent)}",
            f"Nothing was paid for these months: {periods.text(absent)}.",
            rows=absent,
        )
    if form.paid_as not in {relation.kind for relation in person.relations}:
        raise refuse(
            "refund.kind",
            "登记的参保关系中没有所选的缴费身份",
            "The person was never insured in the way that is chosen: compare the relations on the register.",
        )
    return chosen


def check_account(person: PersonRecord, refund: Refund) -> None:
    """Raise where the account holds less than was booked for these months."""
    if proposals.short(person, refund):
        held = person.balances.get("principal", 0)
        raise refuse(
            "refund.account_short",
            f"个人账户本金{yuan(held)}元，少于应退{yuan(refund.principal_cents)}元",
            f"The account's principal is {yuan(held)} yuan, less than the "
            f"{yuan(refund.principal_cents)} yuan to be given back: check the account's entries.",
        )
