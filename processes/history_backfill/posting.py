"""What it writes: the months of each period, marked as added from old records, and money that was found.

Money is booked only where the old books show it: the person's part to the account, the rest to the pooled
fund, out of the adjustments account, since it was received long ago and never booked to the person.
"""

from engine import process
from engine.process import yuan
from register import chart, months, proposals
from register.entries import DerivationStep, Line, Posting
from register.records import PersonRecord, Records
from register.rules import contribution

from . import gates
from .form import Form, Period


def posting(form: Form, records: Records) -> Posting:
    """One change of months a period, two or three lines where money was found. Raises the gates."""
    person = process.insured(records)
    gates.check_months(form, person, records)
    lines: list[Line] = []
    derivation: list[DerivationStep] = []
    for period in form.periods:
        derivation.append(_named(period))
        if period.amount_cents is not None:
            booked = _booked(form, period, records)
            gates.check_amount(period, booked)
            lines += _found(person, period, booked)
            derivation.append(
                DerivationStep(
                    f"查实{yuan(period.amount_cents)}，其中记入个人账户",
                    f"{yuan(period.amount_cents)} found, of which booked to the account",
                    yuan(booked),
                    contribution.SOURCE,
                )
            )
    changes = [
        proposals.counting(
            person,
            period.from_month,
            period.to_month,
            period.base_cents,
            "BACKFILLED",
            records.accepted_on,
        )
        for period in form.periods
    ]
    return process.composed(records, lines=lines, changes=changes, derivation=derivation)


def _booked(form: Form, period: Period, records: Records) -> int:
    """What the account gets for a period, each month by its own rate."""
    return sum(
        contribution.own_part(
            period.base_cents, month, form.paid_as, records.parameters
        ).account_cents
        for month in months.spanned(period.from_month, period.to_month)
    )


def _found(person: PersonRecord, period: Period, booked: int) -> list[Line]:
    found, memo = period.amount_cents or 0, period.evidence
    lines = [
        Line(chart.ADJUSTMENTS, "debit", found, memo=memo),
        proposals.credited(person, chart.PRINCIPAL, booked, memo),
        proposals.credited(person, chart.POOLED_FUND, found - booked, memo),
    ]
    return [line for line in lines if line.amount_cents]


def _named(period: Period) -> DerivationStep:
    first, last = months.text(period.from_month), months.text(period.to_month)
    count = months.between(period.from_month, period.to_month) + 1
    return DerivationStep(
        f"{first}至{last}，基数{yuan(period.base_cents)}",
        f"{first} to {last} on {yuan(period.base_cents)}",
        f"{count}",
        period.evidence,
    )
