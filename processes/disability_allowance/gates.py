"""When an allowance can't be approved: each gate names what decides.

Source: 病残津贴暂行办法 (from 2025-01-01): below the statutory age, no contributions meanwhile.
"""

from engine.process import refuse
from register import months, retirement
from register.records import PersonRecord, Records

from .form import Form
from .messages import MedicalConclusion

KIND = "disability_allowance"


def check_person(person: PersonRecord, records: Records) -> None:
    """Raise where the person draws a benefit, has reached the age, or still contributes."""
    drawn = [
        held
        for held in person.entitlements
        if held.kind in ("pension", KIND) and held.status != "ENDED"
    ]
    if drawn:
        raise refuse(
            "disability.drawn",
            f"该人员已核定待遇，自{drawn[0].from_month}起",
            f"A benefit has already been approved, from {drawn[0].from_month} on.",
            rows=[held.entitlement_id for held in drawn],
        )
    reached = retirement.statutory_month(
        person.birth, person.post_kind, records.parameters, records.accepted_on
    )
    if months.of(records.accepted_on) >= reached:
        raise refuse(
            "disability.age",
            f"已到法定退休年龄（{reached}），请申请退休",
            f"The statutory age was reached in {reached}: apply for retirement.",
        )
    active = [one.relation_id for one in person.relations if one.status == "ACTIVE"]
    if active:
        raise refuse(
            "disability.contributing",
            "该人员仍在缴费，领取期间不得缴费，请先办理暂停缴费",
            "The person still contributes, which an allowance excludes: let the contributions be "
            "suspended first.",
            rows=active,
        )
    if not person.months:
        raise refuse(
            "disability.no_months",
            "该人员没有缴费记录",
            "No contribution month of the person counts.",
        )


def check_dates(form: Form, conclusion: MedicalConclusion | None, records: Records) -> None:
    """Raise for an appraisal applied for after acceptance, or concluded before it was applied for."""
    if form.applied_on > records.accepted_on:
        raise refuse(
            "disability.applied_future",
            "申请鉴定日期晚于受理日期",
            "The appraisal can't have been applied for after the day of acceptance.",
        )
    if conclusion is not None and conclusion.concluded_on < form.applied_on:
        raise refuse(
            "disability.concluded_early",
            "鉴定结论日期早于申请鉴定日期",
            "The conclusion is older than the application for the appraisal: compare its date.",
        )
