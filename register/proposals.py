"""What a process proposes to write about what persons hold, in the words of ``register.changes``.

Every process states such changes in the same way: what becomes different, beside what it was. Pure values;
only the posting of a case writes them.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from register import chart, months, spans
from register.entries import Change, Line
from register.records import (
    ContributionMonth,
    Entitlement,
    EntitlementStatus,
    PersonRecord,
    Relation,
    RelationStatus,
    UnpaidPayable,
    VersionOrigin,
)
from register.rules.refund import Refund


def relation(
    person: PersonRecord, held: Relation, status: RelationStatus, from_month: int
) -> Change:
    """A relation gets another status from a month on."""
    return Change(
        kind="relation",
        subject_kind="person",
        subject_id=person.person_id,
        effective_from=months.first_day(from_month),
        after={"relation_id": held.relation_id, "status": status, "from_month": from_month},
        before={
            "relation_id": held.relation_id,
            "status": held.status,
            "from_month": held.from_month,
        },
    )


def moved(person: PersonRecord, held: Relation, agency_code: str, on: date) -> Change:
    """A relation is with another agency from a day on; its employer was one of the agency before."""
    return Change(
        kind="relation",
        subject_kind="person",
        subject_id=person.person_id,
        effective_from=on,
        after={
            "relation_id": held.relation_id,
            "agency_code": agency_code,
            "employer_id": None,
        },
        before={
            "relation_id": held.relation_id,
            "agency_code": held.agency_code,
            "employer_id": held.employer_id,
        },
    )


def held_by_court(
    person: PersonRecord, said: Mapping[str, Any], before: Mapping[str, Any], on: date
) -> Change:
    """A court freezes the account from a day on, freezes it longer, or lifts the freeze."""
    return Change(
        kind="hold",
        subject_kind="person",
        subject_id=person.person_id,
        effective_from=on,
        after=dict(said),
        before=dict(before),
    )


def entitlement(
    person: PersonRecord, held: Entitlement, status: EntitlementStatus, from_month: int
) -> Change:
    """A benefit gets another status from a month on; its amount stays."""
    return Change(
        kind="entitlement",
        subject_kind="person",
        subject_id=person.person_id,
        effective_from=months.first_day(from_month),
        after={
            "entitlement_id": held.entitlement_id,
            "status": status,
            "from_month": from_month,
        },
        before={
            "entitlement_id": held.entitlement_id,
            "status": held.status,
            "from_month": held.from_month,
        },
    )


def payment_account(person: PersonRecord, account: Mapping[str, Any], on: date) -> Change:
    """Benefits are paid to this account (``bank_name``, ``bank_account``, ``holder``) from a day on."""
    before = person.payment_account or {}
    return Change(
        kind="payment_account",
        subject_kind="person",
        subject_id=person.person_id,
        effective_from=on,
        after=dict(account),
        before={name: before.get(name) for name in account},
    )


def counting(
    person: PersonRecord, first: int, last: int, base_cents: int, origin: VersionOrigin, on: date
) -> Change:
    """The months from ``first`` to ``last`` count, on this base and of this origin."""
    return Change(
        kind="months",
        subject_kind="person",
        subject_id=person.person_id,
        effective_from=on,
        after={"from_month": first, "to_month": last, "base_cents": base_cents, "origin": origin},
    )


def voided(person: PersonRecord, counted: Iterable[ContributionMonth], on: date) -> list[Change]:
    """These months count no longer: a change for each run of them."""
    return [
        counting(person, run.first, run.last, 0, "VOID", on)
        for run in spans.of(ContributionMonth(month.month, 0, month.origin) for month in counted)
    ]


def emptied(person: PersonRecord, contra: str, memo: str) -> list[Line]:
    """Both parts of the personal account go to another account of the same person, or of the fund."""
    lines: list[Line] = []
    for item, cents in person.balances.items():
        if cents:
            lines.append(Line(chart.personal(item), "debit", cents, person.person_id, memo=memo))
    total = sum(line.amount_cents for line in lines)
    return [*lines, credited(person, contra, total, memo)] if total else []


def paid_out(person: PersonRecord, spending: str, cents: int, memo: str) -> list[Line]:
    """The fund spends an amount, on its account ``spending``: it becomes payable to the person."""
    return [
        Line(spending, "debit", cents, memo=memo),
        credited(person, chart.PAYABLE, cents, memo),
    ]


def claimed_back(person: PersonRecord, spending: str, cents: int, memo: str) -> list[Line]:
    """The fund spent too much, on its account ``spending``: the person owes it."""
    return [
        debited(person, chart.RECEIVABLE, cents, memo),
        Line(spending, "credit", cents, memo=memo),
    ]


def debited(person: PersonRecord, account: str, cents: int, memo: str) -> Line:
    """A debit on an account of the person, or of the fund."""
    return Line(account, "debit", cents, _subject(person, account), memo=memo)


def given_back(person: PersonRecord, refund: Refund, memo: str) -> list[Line]:
    """What a refund takes from the account and from the pooled fund becomes payable to the person."""
    taken = (
        Line(chart.PRINCIPAL, "debit", refund.principal_cents, person.person_id, memo=memo),
        Line(chart.INTEREST, "debit", refund.interest_cents, person.person_id, memo=memo),
        Line(chart.POOLED_FUND, "debit", refund.pooled_cents, memo=memo),
    )
    lines = [line for line in taken if line.amount_cents]
    return [*lines, credited(person, chart.PAYABLE, refund.total_cents, memo)] if lines else []


def replaced(person: PersonRecord, due: UnpaidPayable, memo: str) -> list[Line]:
    """What is payable stays so, under another case: the debit names the payable that the new one replaces."""
    cents = due.amount_cents
    return [
        debited(person, chart.PAYABLE, cents, f"{chart.NAMED}{due.payable_id}"),
        credited(person, chart.PAYABLE, cents, memo),
    ]


def short(person: PersonRecord, refund: Refund) -> list[str]:
    """The parts of the personal account that hold less than the refund takes."""
    wanted = {"principal": refund.principal_cents, "interest": refund.interest_cents}
    return [item for item, cents in wanted.items() if cents > person.balances.get(item, 0)]


def credited(person: PersonRecord, account: str, cents: int, memo: str) -> Line:
    """A credit on an account of the person, or of the fund."""
    return Line(account, "credit", cents, _subject(person, account), memo=memo)


def _subject(person: PersonRecord, account: str) -> str | None:
    return person.person_id if chart.ACCOUNTS[account].personal else None


def assessed(principal_cents: int, late_fee_cents: int, memo: str) -> list[Line]:
    """What an employer was assessed to pay stands as receivable until its money is booked."""
    total = principal_cents + late_fee_cents
    lines = (
        Line(chart.ARREARS, "debit", principal_cents, memo=memo),
        Line(chart.LATE_FEES, "debit", late_fee_cents, memo=memo),
        Line(chart.ASSESSED, "credit", total, memo=memo),
    )
    return [line for line in lines if line.amount_cents]
