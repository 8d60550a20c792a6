"""From when a suspended pension is paid again and which months are paid back, as the reason decides."""

from dataclasses import dataclass

from engine import process
from engine.process import refuse
from register import months
from register.records import Entitlement, PersonRecord, Records

from .form import Form


@dataclass(frozen=True, slots=True)
class Resumption:
    """The suspended pension, the month of its regular payment, and the months paid back (YYYYMM)."""

    held: Entitlement
    resume_from: int
    paid_back: tuple[int, ...]

    @property
    def cents(self) -> int:
        """What is paid back, in cents."""
        return len(self.paid_back) * self.held.monthly_cents

    @property
    def from_month(self) -> int:
        """The first month that is paid, at once or regularly."""
        return self.paid_back[0] if self.paid_back else self.resume_from


def of(form: Form, records: Records) -> Resumption:
    """What the form comes to. Raises the gates: not suspended, day, month, not certified.

    Source: 劳社厅函〔2001〕44号 （服刑期满次月续发，停发期间不补）; whether other reasons pay back every
    suspended month is a parameter.
    """
    person = process.insured(records)
    held = person.pension
    if held is None or held.status != "SUSPENDED":
        raise refuse(
            "resumption.not_suspended",
            "该人员没有暂停发放的养老金",
            "No pension of this person is suspended: see the register for its entitlements.",
        )
    if form.ended_on > records.accepted_on:
        raise refuse(
            "resumption.day",
            f"原因消除日期{form.ended_on}晚于受理日期{records.accepted_on}",
            f"The reason ends on {form.ended_on}, after the day of acceptance, {records.accepted_on}: apply "
            "then.",
        )
    if form.reason == "uncertified":
        _check_certified(person, records)
    resume_from = _month(form, held, records)
    whole = records.parameters.integer_entry(
        "resumption_back_pay", form.reason, records.accepted_on
    )
    after = months.shifted(months.of(form.ended_on), 1)
    first = held.from_month if whole else max(held.from_month, after)
    last = months.shifted(resume_from, -1)
    return Resumption(held, resume_from, tuple(months.spanned(first, last)))


def _check_certified(person: PersonRecord, records: Records) -> None:
    """What the register knows of a certification must hold on the day."""
    due = (person.certification or {}).get("next_due_on")
    if due is not None and due < records.accepted_on.isoformat():
        raise refuse(
            "resumption.not_certified",
            f"登记的资格认证已于{due}到期，请先办理资格认证",
            f"The registered certification ran out on {due}: certify first (eligibility_certification).",
        )


def _month(form: Form, held: Entitlement, records: Records) -> int:
    """The month after the reason ended at the earliest, and the month after acceptance at the latest."""
    present = months.of(records.accepted_on)
    ended = months.shifted(months.of(form.ended_on), 1)
    first = max(present, held.from_month, ended)
    last = max(months.shifted(present, 1), first)
    chosen = last if form.resume_from is None else form.resume_from
    if not first <= chosen <= last:
        raise refuse(
            "resumption.month",
            f"恢复发放年月可选{first}至{last}，所选{chosen}；以前月份按原因补发",
            f"Payment can begin again from {first} to {last}, {chosen} is chosen: earlier months are paid "
            "back where the reason allows it.",
        )
    return chosen
