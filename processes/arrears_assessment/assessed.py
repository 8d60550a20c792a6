"""What the periods come to: each month reckoned by itself, months on one base told as one claim."""

from collections.abc import Iterator
from dataclasses import dataclass

from register import months, obligations
from register.entries import Change
from register.records import EmployerRecord, PersonRecord, Records
from register.rules import back_payment
from register.rules.back_payment import BackPayment, MonthOwed

from . import gates
from .form import Form


@dataclass(frozen=True, slots=True)
class Assessment:
    """The employer that owes, and every month it owes with its amounts."""

    employer: EmployerRecord
    whole: BackPayment


def of(form: Form, person: PersonRecord, records: Records) -> Assessment:
    """The assessment, late fees reckoned to the day of acceptance. Raises the gates.

    Months paid back or assessed before count for the document rule; days of an approved deferral bear no
    late fee.
    """
    employer = gates.owing(form, person, records)
    declared = gates.declared(form, person, records)
    before = sum(month.origin == "BACK_PAID" for month in person.months)
    before += sum(len(claim.months) for claim in obligations.standing(person.claims))
    whole = back_payment.assessed(
        declared,
        records.accepted_on,
        records.parameters,
        paid_back_before=before,
        stops=[deferral.stop for deferral in employer.deferrals],
    )
    gates.check_document(form, whole, records)
    return Assessment(employer, whole)


def claims(assessment: Assessment, person: PersonRecord, records: Records) -> Iterator[Change]:
    """One change ``claim`` for every run of months on one base."""
    for run in _runs(assessment.whole):
        yield Change(
            kind="claim",
            subject_kind="person",
            subject_id=person.person_id,
            effective_from=records.accepted_on,
            after={
                "employer_id": assessment.employer.employer_id,
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


def _runs(whole: BackPayment) -> list[list[MonthOwed]]:
    runs: list[list[MonthOwed]] = []
    for owed in whole.owed:
        last = runs[-1][-1] if runs else None
        if last and (months.shifted(last.month, 1), last.base_cents) == (
            owed.month,
            owed.base_cents,
        ):
            runs[-1].append(owed)
        else:
            runs.append([owed])
    return runs
