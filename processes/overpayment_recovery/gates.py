"""When nothing, or not so much, can be claimed back, and when the plan doesn't fit the amount."""

from engine.process import refuse, yuan
from register import months
from register.records import PersonRecord, Records
from register.rules import drawn

from .form import Form


def claimed(form: Form, person: PersonRecord, records: Records) -> int:
    """The amount to be claimed back, in cents. Raises the gates on it."""
    present = months.of(records.accepted_on)
    paid = drawn.pension(person, present)
    if not paid:
        raise refuse(
            "recovery.never_drawn",
            "该人员从未领取养老金",
            "This person never drew a pension: there is nothing to claim back.",
        )
    first, last = form.from_month or paid[0].month, form.to_month or present
    within = drawn.total([one for one in paid if first <= one.month <= last])
    if not within:
        raise refuse(
            "recovery.months",
            f"{first}至{last}没有发放养老金",
            f"No pension was paid from {first} to {last}: see the register for the months that were.",
        )
    asked = within if form.amount_cents is None else form.amount_cents
    # What is claimed back already can't be claimed twice.
    most = min(within, drawn.total(paid) - person.owed.get("receivable", 0))
    if asked > most:
        raise refuse(
            "recovery.too_much",
            f"追回金额{yuan(asked)}元超过{first}至{last}可追回的{yuan(most)}元（已发放减去应收未收）",
            f"{yuan(asked)} yuan are claimed back, {yuan(most)} yuan are the most from {first} to {last}: "
            "what was paid, less what is claimed back already.",
        )
    return asked


def check_plan(form: Form, cents: int, person: PersonRecord, records: Records) -> None:
    """Raise where instalments don't make up the amount, or there is nothing to take it off."""
    _check_instalments(form, cents)
    present = months.of(records.accepted_on)
    if form.first_month is not None and form.first_month < present:
        raise refuse(
            "recovery.first_month",
            f"首期年月{form.first_month}早于受理当月{present}",
            f"The first instalment, {form.first_month}, lies before the month of acceptance, {present}.",
        )
    if form.mode == "OFFSET" and person.pension is None and not person.owed.get("payable", 0):
        raise refuse(
            "recovery.nothing_to_offset",
            "没有应付款，也没有待遇可以抵扣",
            "Nothing is payable to this person and no pension is held: there is nothing to take it off.",
        )


def _check_instalments(form: Form, cents: int) -> None:
    """All alike but for the last, which may be less."""
    plan = (form.instalments, form.monthly_cents, form.first_month)
    if [part is not None for part in plan] != [form.mode == "INSTALMENT"] * len(plan):
        raise refuse(
            "recovery.no_plan",
            "分期退回须填期数、每期金额和首期年月，其他方式不填",
            "Instalments have their number, their amount and their first month, the other ways none.",
        )
    if form.instalments is None or form.monthly_cents is None:
        return
    rest = cents - (form.instalments - 1) * form.monthly_cents
    if not 0 < rest <= form.monthly_cents:
        raise refuse(
            "recovery.plan",
            f"{form.instalments}期、每期{yuan(form.monthly_cents)}元，与追回金额{yuan(cents)}元不符",
            f"{form.instalments} instalments of {yuan(form.monthly_cents)} yuan don't make up "
            f"{yuan(cents)} yuan: only the last may be less.",
        )
