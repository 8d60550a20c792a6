"""When a payment can't be booked: each gate names the rows, the day or the amounts."""

from collections.abc import Sequence

from engine.employee_lists import Employee, Listed, Problem
from engine.process import refuse, yuan
from register import obligations
from register.obligations import Claim
from register.records import EmployerRecord, Records
from register.rules import periods

from .form import Form


def standing(listed: Listed[Employee], employer: EmployerRecord) -> list[Claim]:
    """What is assessed and not paid for an employee with this employer."""
    return [
        claim
        for claim in obligations.standing(listed.person.claims)
        if claim.employer_id == employer.employer_id
    ]


def problem(listed: Listed[Employee], employer: EmployerRecord) -> Problem | None:
    """What blocks this row: nothing is owed, or its months were paid otherwise meanwhile."""
    found = standing(listed, employer)
    if not found:
        return listed.problem(
            "arrears_payment.nothing",
            "该单位没有为该人员核定而未到账的补缴",
            "Nothing is assessed and unpaid for this person with this employer.",
        )
    named = [month for claim in found for month in claim.months]
    if periods.counted(named, listed.person.months):
        return listed.problem(
            "arrears_payment.counted",
            "所列月份已有缴费记录",
            "Some of the assessed months count already.",
        )
    return None


def check_receipt(form: Form, employer: EmployerRecord) -> None:
    """Raise where the receipt was booked before for this employer."""
    used = {claim.case_no for claim in employer.claims if claim.receipt_no == form.receipt_no}
    if used:
        raise refuse(
            "arrears_payment.receipt",
            "该到账凭证已入账",
            "This receipt was booked before.",
            rows=sorted(used),
        )


def check_day(form: Form, claims: Sequence[Claim], records: Records) -> None:
    """Raise where the money came before the assessment, or is yet to come, or nobody is listed."""
    if not claims:
        raise refuse(
            "arrears_payment.nothing",
            "该单位没有为该人员核定而未到账的补缴",
            "Nothing is assessed and unpaid for this person with this employer.",
        )
    assessed_on = max(claim.assessed_on for claim in claims)
    if not assessed_on <= form.received_on <= records.accepted_on:
        raise refuse(
            "arrears_payment.day",
            f"到账日期须在核定日{assessed_on.isoformat()}至受理当日之间",
            f"The day of payment lies between the assessment of {assessed_on.isoformat()} and the day of "
            "acceptance.",
        )


def check_amount(form: Form, claims: Sequence[Claim], late_fee_cents: int) -> None:
    """Raise unless exactly what is owed on the day of payment came in."""
    owed = sum(claim.principal_cents for claim in claims) + late_fee_cents
    if form.amount_cents != owed:
        raise refuse(
            "arrears_payment.amount",
            f"到账{yuan(form.amount_cents)}元，到账日应缴{yuan(owed)}元"
            f"（其中滞纳金{yuan(late_fee_cents)}元）",
            f"{yuan(form.amount_cents)} yuan came in; {yuan(owed)} yuan were owed on that day, of which "
            f"{yuan(late_fee_cents)} yuan are late fees.",
            rows=sorted({claim.case_no for claim in claims}),
        )
