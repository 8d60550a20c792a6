"""When an employer can't leave the register: each gate names the rows that stand open.

Source: 社会保险经办条例 article 10 (contributions, late fees and fines are settled first).
"""

from datetime import date

from engine.process import refuse, yuan
from register import obligations
from register.records import EmployerRecord, Records

from .form import Form

MOST_ROWS = 20


def check(form: Form, employer: EmployerRecord, records: Records) -> None:
    """Raise the first gate that is closed."""
    _check_status(form, employer, records.accepted_on)
    _check_money(form, employer)
    active = [member.person_id for member in employer.staff if member.status == "ACTIVE"]
    if active:
        raise refuse(
            "deregistration.staff",
            f"仍有{len(active)}名在保职工，请先办理减员或人员转移",
            f"{len(active)} people are still insured with the employer: suspend or move them first.",
            rows=active[:MOST_ROWS],
        )
    if records.open_cases:
        raise refuse(
            "deregistration.open_cases",
            f"该单位还有{len(records.open_cases)}件业务未办结",
            f"{len(records.open_cases)} cases of the employer have not ended.",
            rows=records.open_cases[:MOST_ROWS],
        )


def _check_status(form: Form, employer: EmployerRecord, on: date) -> None:
    if employer.status == "CLOSED":
        raise refuse(
            "deregistration.closed",
            "该单位已注销",
            "The employer is deregistered already.",
        )
    if form.occurred_on > on:
        raise refuse(
            "deregistration.future",
            "注销情形发生日期晚于受理当日",
            "What the employer is deregistered for lies after the day of acceptance.",
        )


def _check_money(form: Form, employer: EmployerRecord) -> None:
    standing = obligations.standing(employer.claims)
    arrears = sum(claim.principal_cents for claim in standing)
    if arrears:
        raise refuse(
            "deregistration.arrears",
            f"欠缴社会保险费{yuan(arrears)}元未缴清",
            f"{yuan(arrears)} yuan of contributions are not paid.",
            rows=sorted({claim.case_no for claim in standing if claim.principal_cents}),
        )
    late_fees = sum(claim.late_fee_cents for claim in standing)
    if late_fees:
        raise refuse(
            "deregistration.late_fees",
            f"滞纳金{yuan(late_fees)}元未缴清",
            f"{yuan(late_fees)} yuan of late fees are not paid.",
            rows=sorted({claim.case_no for claim in standing if claim.late_fee_cents}),
        )
    if form.unpaid_fine_cents:
        raise refuse(
            "deregistration.fines",
            f"罚款{yuan(form.unpaid_fine_cents)}元未缴清",
            f"{yuan(form.unpaid_fine_cents)} yuan of fines are not paid.",
        )
