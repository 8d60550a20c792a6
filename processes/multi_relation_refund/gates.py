"""When overlapping months can't be cleared here: each gate names what stands in the way."""

from engine.process import refuse, yuan
from register import proposals
from register.records import ContributionMonth, PersonRecord
from register.rules import periods
from register.rules.refund import Refund

from .form import Form


def check(form: Form, person: PersonRecord) -> list[ContributionMonth]:
    """The months that are cleared; raises where they don't count here, or the payee is somebody else."""
    if form.keep_relation == "here":
        raise refuse(
            "relations.kept_here",
            "保留本地关系的，重复月份由另一经办机构清理退费",
            "The relation here is kept: the other agency clears its months and pays them back.",
        )
    if person.pension is not None:
        raise refuse(
            "relations.used",
            f"该人员已核定养老金（自{person.pension.from_month}起），重复月份已用于待遇计算，不能清理",
            f"A pension has been approved from {person.pension.from_month} on: the months are used for it "
            "and can't be cleared.",
            rows=[person.pension.entitlement_id],
        )
    if form.holder != person.name:
        raise refuse(
            "relations.payee_differs",
            "收款人与参保人不一致：退费只能退给参保人本人",
            "The payee is not the insured person: the account goes back to its owner only.",
        )
    spans = [(period.from_month, period.to_month) for period in form.periods]
    twice = periods.repeated(spans)
    if twice:
        raise refuse(
            "relations.twice",
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
            "relations.not_paid",
            f"下列月份没有缴费记录：{periods.text(absent)}",
            f"Nothing was paid for these months: {periods.text(absent)}.",
            rows=absent,
        )
    if form.paid_as not in {relation.kind for relation in person.relations}:
        raise refuse(
            "relations.kind",
            "登记的参保关系中没有所选的缴费身份",
            "The person was never insured in the way that is chosen: compare the relations on the register.",
        )
    return chosen


def check_account(person: PersonRecord, refund: Refund) -> None:
    """Raise where the account holds less than these months are reckoned to have there."""
    if proposals.short(person, refund):
        held = person.balances
        raise refuse(
            "relations.account_short",
            f"个人账户本金{yuan(held.get('principal', 0))}元、利息{yuan(held.get('interest', 0))}元，"
            f"少于重复月份的本金{yuan(refund.principal_cents)}元、利息{yuan(refund.interest_cents)}元",
            f"The account holds {yuan(held.get('principal', 0))} yuan principal and "
            f"{yuan(held.get('interest', 0))} yuan interest, less than the "
            f"{yuan(refund.principal_cents)} and {yuan(refund.interest_cents)} yuan of these months: "
            "check the account's entries.",
        )
