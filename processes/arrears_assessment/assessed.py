"""What the list comes to: each month reckoned by itself, months on one base told as one claim of a person."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine import process
from engine.employee_lists import Listed, insured_once, refuse_any
from engine.process import yuan
from register import months, obligations
from register.entries import Change, DerivationStep
from register.records import EmployerRecord, Records
from register.rules import back_payment
from register.rules.back_payment import BackPayment, MonthOwed

from . import gates
from .form import Form, Owed

# Of a short list every month is told, of a long one every row.
TOLD_BY_MONTH = 10


@dataclass(frozen=True, slots=True)
class Assessment:
    """One row of the list, and every month it is owed with its amounts."""

    listed: Listed[Owed]
    whole: BackPayment


def of(form: Form, records: Records) -> list[Assessment]:
    """An assessment a row, late fees reckoned to the day of acceptance. Raises the gates.

    Months paid back or assessed before count for the document rule; days of an approved deferral bear no
    late fee. Who was insured with the employer once may be listed, as months long past are.
    """
    employer = process.enrolled(records)
    gates.check_employer(form, employer, records)
    found, problems = insured_once(form.rows, records)
    blocked = (gates.problem(listed, records) for listed in found)
    refuse_any([*problems, *(problem for problem in blocked if problem is not None)])
    assessments = [Assessment(one, _reckoned(one, employer, records)) for one in found]
    bare = (gates.undocumented(one.listed, form, one.whole.needed, records) for one in assessments)
    refuse_any([problem for problem in bare if problem is not None])
    return assessments


def _reckoned(listed: Listed[Owed], employer: EmployerRecord, records: Records) -> BackPayment:
    row, person = listed.row, listed.person
    before = sum(month.origin == "BACK_PAID" for month in person.months)
    before += sum(len(claim.months) for claim in obligations.standing(person.claims))
    return back_payment.assessed(
        dict.fromkeys(months.spanned(row.from_month, row.to_month), row.wage_cents),
        records.accepted_on,
        records.parameters,
        paid_back_before=before,
        stops=[deferral.stop for deferral in employer.deferrals],
    )


def claims(assessment: Assessment, records: Records) -> Iterator[Change]:
    """One change ``claim`` for every run of the row's months on one base."""
    for run in _runs(assessment.whole):
        yield Change(
            kind="claim",
            subject_kind="person",
            subject_id=assessment.listed.person.person_id,
            effective_from=records.accepted_on,
            after={
                "employer_id": process.enrolled(records).employer_id,
                "from_month": run[0].month,
                "to_month": run[-1].month,
                "base_cents": run[0].base_cents,
                "account_cents": sum(owed.account_cents for owed in run),
                "pooled_cents": sum(owed.pooled_cents for owed in run),
                "late_fee_cents": sum(owed.late_fee_cents for owed in run),
                "assessed_on": records.accepted_on.isoformat(),
                "status": "ASSESSED",
            },
        )


def told(assessments: list[Assessment]) -> Iterator[DerivationStep]:
    """How the amounts came about: by month where the list is short, else by row."""
    for one in assessments:
        if len(assessments) <= TOLD_BY_MONTH:
            yield from one.whole.derivation
        else:
            place, count = one.listed.place + 1, len(one.whole.owed)
            yield DerivationStep(
                f"第{place}行：{count}个月",
                f"row {place}: {count} months",
                yuan(one.whole.total_cents),
                back_payment.SOURCE,
            )


def _runs(whole: BackPayment) -> list[list[MonthOwed]]:
    runs: list[list[MonthOwed]] = []
    for owed in whole.owed:
        if runs and runs[-1][-1].base_cents == owed.base_cents:
            runs[-1].append(owed)
        else:
            runs.append([owed])
    return runs
