"""What it writes: the pension, suspended from a month on."""

from datetime import date

from engine import process
from engine.process import refuse
from register import months, proposals
from register.entries import DerivationStep, Posting
from register.records import Entitlement, PersonRecord, Records

from .form import CHECKS, REASONS, Form

CHECK_SOURCE = "社会保险经办条例第二十六条"


def posting(form: Form, records: Records) -> Posting:
    """One change of ``entitlement``, SUSPENDED. Raises the gates: not in payment, month, check."""
    person = process.insured(records)
    held = person.pension
    if held is None or held.status != "PAYING":
        raise refuse(
            "suspension.not_paying",
            "该人员没有正在发放的养老金",
            "No pension of this person is being paid: see the register for its entitlements.",
        )
    month = _month(form, held, records)
    if form.checked_on is not None:
        _check_day(form.checked_on, records.accepted_on)
        if form.reason == "uncertified":
            _check_uncertified(form.checked_on, person)
    derivation = [
        DerivationStep("暂停原因", "reason", REASONS[form.reason].zh, "社会保险经办条例第二十五条"),
        *_check(form),
        DerivationStep("暂停起始年月", "suspended from", months.text(month)),
    ]
    change = proposals.entitlement(person, held, "SUSPENDED", month)
    return process.composed(records, changes=[change], derivation=derivation)


def _month(form: Form, held: Entitlement, records: Records) -> int:
    """The month of acceptance or the next: what was paid before is recovered, not suspended."""
    present = months.of(records.accepted_on)
    first = max(present, held.from_month)
    last = max(months.shifted(present, 1), first)
    chosen = last if form.from_month is None else form.from_month
    if not first <= chosen <= last:
        raise refuse(
            "suspension.month",
            f"暂停起始年月可选{first}至{last}，所选{chosen}；以前已发的办理多领待遇追回",
            f"Payment can stop from {first} to {last}, {chosen} is chosen: what was paid too much before is "
            "recovered (overpayment_recovery).",
        )
    return chosen


def _check_day(checked_on: date, accepted_on: date) -> None:
    if checked_on > accepted_on:
        raise refuse(
            "suspension.check_day",
            f"核查日期{checked_on}晚于受理日期{accepted_on}",
            f"The check is dated {checked_on}, after the day of acceptance, {accepted_on}.",
        )


def _check_uncertified(checked_on: date, person: PersonRecord) -> None:
    """A check made while the last certification still held says nothing about a missed one."""
    due = (person.certification or {}).get("next_due_on")
    if due is not None and checked_on <= date.fromisoformat(due):
        raise refuse(
            "suspension.certified",
            f"资格认证有效期至{due}，核查日期{checked_on}，不属于未认证",
            f"The person is certified until {due}, and the check was made on {checked_on}: no "
            "certification was missed.",
        )


def _check(form: Form) -> list[DerivationStep]:
    if form.check_method is None:
        return []
    said = f"{CHECKS[form.check_method].zh} {form.checked_on} {form.check_record}"
    return [DerivationStep("核查记录", "record of the check", said, CHECK_SOURCE)]
