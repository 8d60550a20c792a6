"""When an early retirement can't be approved: each gate names the numbers that decide.

Source: 国发〔1978〕104号 (jobs, years, ages); the department decides on the job, its document is waited for.
"""

from engine.process import refuse
from register import months, retirement
from register.records import PersonRecord, Records
from register.rules import special_job
from register.rules.special_job import SpecialJob

from .form import Form
from .messages import HrDecision


def check_person(form: Form, person: PersonRecord) -> None:
    """Raise where the person is retired already, or was born on another day than the form says."""
    held = person.pension
    if held is not None:
        raise refuse(
            "early_retirement.already",
            f"该人员已核定养老金，自{held.from_month}起",
            f"A pension has already been approved, from {held.from_month} on.",
            rows=[held.entitlement_id],
        )
    if form.birth_recognised is not None and form.birth_recognised != person.birth:
        raise refuse(
            "early_retirement.birth_differs",
            "认定出生日期与登记不一致，请先办理个人关键信息变更",
            "The recognised birth date is not the registered one: change the key data first "
            "(person_info_change_key), then apply again.",
        )


def check_job(form: Form, worked: int, person: PersonRecord, records: Records) -> SpecialJob:
    """Raise where the age isn't reached in the month, that hasn't come, or the years in the job are short."""
    judged = special_job.judged(
        person.birth, person.sex, form.job, worked, records.accepted_on, records.parameters
    )
    present = months.of(records.accepted_on)
    if not judged.reached <= form.retire_month <= present:
        raise refuse(
            "early_retirement.month",
            f"退休年月{form.retire_month}不在可选范围：最早{judged.reached}，最晚受理当月{present}",
            f"{form.retire_month} can't be the month: {judged.reached} is the earliest, the month of "
            f"acceptance {present} the latest.",
        )
    needed = judged.needed_years * months.YEAR
    if worked < needed:
        raise refuse(
            "early_retirement.job_short",
            f"从事该工种{worked}个月，须满{needed}个月",
            f"{worked} months in the job count, {needed} are needed.",
        )
    return judged


def check_months(form: Form, person: PersonRecord, records: Records) -> int:
    """Raise where too few months are paid or deemed; answers the minimum."""
    counted = sum(month.month <= form.retire_month for month in person.months)
    minimum = retirement.minimum_months(form.retire_month, records.parameters)
    if counted < minimum:
        raise refuse(
            "early_retirement.months_short",
            f"缴费年限不足：累计{counted}个月，最低{minimum}个月",
            f"{counted} contribution months count, {minimum} are needed.",
        )
    return minimum


def check_decision(form: Form, decision: HrDecision, records: Records) -> None:
    """Raise where the department approved another month, or decided before the application."""
    if decision.retire_month != form.retire_month:
        raise refuse(
            "early_retirement.month_differs",
            f"批准退休年月{decision.retire_month}与申请{form.retire_month}不一致",
            f"{decision.retire_month} is approved, {form.retire_month} applied for: compare the decision.",
        )
    if decision.decided_on < records.accepted_on:
        raise refuse(
            "early_retirement.decided_early",
            "审批决定日期早于受理日期",
            "The decision is older than the application: compare its date.",
        )
