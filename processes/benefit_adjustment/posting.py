"""What it writes: a new version of the entitlement, with the monthly amount as it will be."""

from datetime import date

from engine import process
from engine.process import refuse, yuan
from register.entries import Change, DerivationStep, Posting
from register.records import Entitlement, Records

from .form import Form


def posting(form: Form, records: Records) -> Posting:
    """One change of ``entitlement``; back-pay for past months is a case of its own.

    Raises the gates: no such benefit, a month before it began, less than nothing.
    """
    person = process.insured(records)
    held = person.pension
    if held is None:
        raise refuse(
            "benefit.none",
            "该人员没有正在发放的养老金",
            "This person holds no pension that could be adjusted: see the register for its entitlements.",
        )
    monthly = _adjusted(held, form)
    change = Change(
        kind="entitlement",
        subject_kind="person",
        subject_id=person.person_id,
        effective_from=date(form.effective_from // 100, form.effective_from % 100, 1),
        after={
            "entitlement_id": held.entitlement_id,
            "monthly_cents": monthly,
            "from_month": form.effective_from,
            "components": _components(held, form.monthly_delta_cents),
        },
        before={
            "entitlement_id": held.entitlement_id,
            "monthly_cents": held.monthly_cents,
            "from_month": held.from_month,
            "components": dict(held.components),
        },
    )
    derivation = [
        DerivationStep("调整前月待遇", "monthly amount before", yuan(held.monthly_cents)),
        DerivationStep(
            "月待遇变动", "monthly difference", yuan(form.monthly_delta_cents), form.policy_document
        ),
        DerivationStep("调整后月待遇", "monthly amount after", yuan(monthly)),
    ]
    return process.composed(records, changes=[change], derivation=derivation)


def _adjusted(held: Entitlement, form: Form) -> int:
    """The new monthly amount, or the gate that refuses it."""
    if form.effective_from < held.from_month:
        raise refuse(
            "benefit.before_start",
            f"执行年月{form.effective_from}早于待遇现行标准开始年月{held.from_month}",
            f"The effective month {form.effective_from} lies before {held.from_month}, from which the "
            "present amount is paid: choose that month or a later one.",
        )
    monthly = held.monthly_cents + form.monthly_delta_cents
    if monthly < 0:
        raise refuse(
            "benefit.below_zero",
            f"现行月待遇{yuan(held.monthly_cents)}元，不足以减少{yuan(-form.monthly_delta_cents)}元",
            f"The benefit is {yuan(held.monthly_cents)} yuan a month, less than the "
            f"{yuan(-form.monthly_delta_cents)} yuan to be taken off.",
        )
    return monthly


def _components(held: Entitlement, delta_cents: int) -> dict[str, int]:
    """The parts as determined at first, beside them what was adjusted since."""
    parts = dict(held.components)
    net = parts.pop("adjustment", 0) - parts.pop("reduction", 0) + delta_cents
    if net:
        parts["adjustment" if net > 0 else "reduction"] = abs(net)
    return parts
