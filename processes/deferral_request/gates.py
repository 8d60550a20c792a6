"""When contributions can't be deferred: each gate names the months or what is missing.

Source: 社会保险法 article 60 (only by law), 人社部令第13号 article 21 (force majeure: the province approves).
"""

from engine.process import refuse
from register import months
from register.records import EmployerRecord, Records

from .form import Form

MOST = "deferral_most_months"


def check(form: Form, employer: EmployerRecord, records: Records) -> int:
    """The most months a deferral of this kind may have; raises the first gate that is closed."""
    if employer.status == "CLOSED":
        raise refuse("deferral.closed", "该单位已注销", "The employer is deregistered.")
    present = months.of(records.accepted_on)
    if form.from_month < present:
        raise refuse(
            "deferral.past",
            f"{months.text(form.from_month)}早于受理当月{months.text(present)}：已逾期的费款不能缓缴",
            f"{months.text(form.from_month)} lies before the month of acceptance "
            f"{months.text(present)}: what is overdue can't be deferred.",
        )
    most = records.parameters.integer_entry(MOST, form.kind, records.accepted_on)
    count = months.between(form.from_month, form.to_month) + 1
    if count > most:
        raise refuse(
            "deferral.too_long",
            f"缓缴{count}个月，超过上限{most}个月",
            f"{count} months are more than the {most} that may be deferred.",
        )
    overlapping = [
        held.from_month
        for held in employer.deferrals
        if held.from_month <= form.to_month and form.from_month <= held.to_month
    ]
    if overlapping:
        named = ", ".join(months.text(month) for month in overlapping)
        raise refuse(
            "deferral.overlap",
            f"与已批准的缓缴重叠（自{named}起）",
            f"These months overlap a deferral from {named} on.",
            rows=overlapping,
        )
    if form.kind == "force_majeure" and form.approval_no is None:
        raise refuse(
            "deferral.approval",
            "不可抗力缓缴须有省级批准文号",
            "A deferral for force majeure needs the approval of the province: enter its number.",
        )
    return most
