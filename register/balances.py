"""Balances: always the sum of a ledger's lines, read from a covering index, never a stored figure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import Session

from database.declarative import table_of
from database.prepared import Prepared
from register import chart
from register.ledger import LedgerLine

_LINES = table_of(LedgerLine)
CREDITED = func.sum(
    case((_LINES.c.side == "credit", _LINES.c.amount_cents), else_=-_LINES.c.amount_cents)
)
_OF_PERSON = Prepared(
    select(_LINES.c.account, CREDITED)
    .where(_LINES.c.subject_id == bindparam("person_id"))
    .group_by(_LINES.c.account)
)
_OF_PERSON_BY_CASE = Prepared(
    select(_LINES.c.account, _LINES.c.case_no, CREDITED)
    .where(_LINES.c.subject_id == bindparam("person_id"))
    .group_by(_LINES.c.account, _LINES.c.case_no)
)


def ahead(session: Session, person_id: str) -> None:
    """Announce that ``of_person`` will be asked for."""
    _OF_PERSON.ahead(session, {"person_id": person_id})


def of_person(session: Session, person_id: str) -> dict[str, int]:
    """What stands on each account of a person in cents, as the account grows: negative where overdrawn."""
    return as_they_grow(dict(_OF_PERSON.all(session, {"person_id": person_id})))


def of_person_without(session: Session, person_id: str, without: Collection[str]) -> dict[str, int]:
    """As ``of_person``, but for the lines that the cases ``without`` wrote."""
    return of_rows(_OF_PERSON_BY_CASE.all(session, {"person_id": person_id}), without)


def of_rows(rows: Iterable[Sequence[Any]], without: Collection[str]) -> dict[str, int]:
    """Likewise, out of one person's rows: each begins with account, case and what was credited."""
    found: dict[str, int] = {}
    for account, case_no, cents, *_ in rows:
        if case_no not in without:
            found[account] = found.get(account, 0) + int(cents)
    return as_they_grow(found)


def as_they_grow(found: Mapping[str, int]) -> dict[str, int]:
    """What was credited less what was debited on each account, turned the way the account grows."""
    return {
        code: int(found.get(code, 0)) * (1 if account.grows == "credit" else -1)
        for code, account in chart.ACCOUNTS.items()
        if account.personal
    }


def parts(sums: Mapping[str, int]) -> dict[str, int]:
    """The personal account's parts in cents: ``principal`` and ``interest``, the person's own.

    ``employer_principal`` and ``employer_interest`` are there where employers ever paid into it.
    """
    of_employers = (chart.EMPLOYER_PRINCIPAL, chart.EMPLOYER_INTEREST)
    there = (code for code in of_employers if sums[code])
    return _named(sums, (chart.PRINCIPAL, chart.INTEREST, *there))


def owed(sums: Mapping[str, int]) -> dict[str, int]:
    """What is determined and not settled, in cents: ``payable`` to and ``receivable`` from a person."""
    return _named(sums, (chart.PAYABLE, chart.RECEIVABLE))


def _named(sums: Mapping[str, int], accounts: Iterable[str]) -> dict[str, int]:
    return {code.partition(":")[2]: sums[code] for code in accounts}


def unbalanced(session: Session) -> list[tuple[str, int, int]]:
    """(case_no, debit, credit) of every posting whose lines don't balance: none, unless tampered with."""
    debit = func.sum(case((LedgerLine.side == "debit", LedgerLine.amount_cents), else_=0))
    credit = func.sum(case((LedgerLine.side == "credit", LedgerLine.amount_cents), else_=0))
    found = session.execute(
        select(LedgerLine.case_no, debit, credit)
        .group_by(LedgerLine.case_no, LedgerLine.posting_no)
        .having(debit != credit)
        .order_by(LedgerLine.case_no)
    )
    return [(case_no, int(debits), int(credits_)) for case_no, debits, credits_ in found]
