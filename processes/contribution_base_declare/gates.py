"""When bases can't be declared: the gates name the rows, or the figures, that are in the way.

Source: 社会保险费征缴暂行条例 article 10, 社会保险法 articles 60 and 62. To whom employers declare is the
parameter ``base_declaration_profile``: ``agency``, or ``tax`` since levy went to the tax authority.
"""

from engine.employee_lists import Listed, Problem
from engine.process import refuse, yuan
from register import months
from register.records import Records

from .form import Form, Wage

RECEIVER = {"agency": "employer", "tax": "tax"}
YEAR = 12


def month_of(form: Form, records: Records) -> int:
    """The month the bases hold from: the present one, or one of the eleven after it. Raises for others."""
    current = months.of(records.accepted_on)
    given = current if form.from_month is None else form.from_month
    if not 0 <= months.between(current, given) < YEAR:
        last = months.shifted(current, YEAR - 1)
        raise refuse(
            "base_declare.month",
            f"执行起始月份应在{current}至{last}之间；以前月份请办理补缴核定",
            f"Bases are declared from {current} to {last} on; earlier months take an assessment "
            "of arrears.",
            rows=[given],
        )
    return given


def check_profile(form: Form, records: Records) -> str:
    """The profile in force on the day of acceptance. Raises where the list came by another way."""
    profile = records.parameters.text("base_declaration_profile", records.accepted_on)
    if RECEIVER.get(profile) == form.source:
        return profile
    if profile == "tax":
        raise refuse(
            "base_declare.profile",
            "缴费基数由单位向税务部门申报，此处只办理税务部门传来的申报",
            "Employers declare to the tax authority: only its lists are taken in here.",
            rows=[profile],
        )
    raise refuse(
        "base_declare.profile",
        "缴费基数由单位向经办机构申报",
        "Employers declare to the agency: a list of the tax authority is not taken in here.",
        rows=[profile],
    )


def check_total(form: Form) -> None:
    """Raise where the wages don't add up to the employer's own statement, if that was given."""
    declared = sum(row.wage_cents for row in form.rows)
    if form.statement_total_cents not in (None, declared):
        stated = form.statement_total_cents or 0
        raise refuse(
            "base_declare.total",
            f"名册工资合计{yuan(declared)}元，与报表工资总额{yuan(stated)}元不符",
            f"The list adds up to {yuan(declared)}, the statement says {yuan(stated)}.",
            rows=[declared, stated],
        )


def problem(listed: Listed[Wage], month: int) -> Problem | None:
    """What blocks this row: a relation that isn't active in the month."""
    held = listed.relation
    if held.status != "ACTIVE" or held.from_month > month:
        return listed.problem(
            "base_declare.not_active",
            "该人员在执行起始月份没有缴费中的参保关系",
            "This person has no active relation in that month: resume it first.",
        )
    return None
