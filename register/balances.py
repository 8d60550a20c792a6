"""Balances: always the sum of a ledger's lines, read from a covering index, never a stored figure."""

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import Session

from database.declarative import table_of
from database.prepared import Prepared
from register import chart
from register.ledger import LedgerLine

_LINES = table_of(LedgerLine)
_OF_PERSON = Prepared(
    select(
        _LINES.c.account,
        func.sum(
            case((_LINES.c.side == "credit", _LINES.c.amount_cents), else_=-_LINES.c.amount_cents)
        ),
    )
    .where(_LINES.c.subject_id == bindparam("person_id"))
    .group_by(_LINES.c.account)
)


def ahead(session: Session, person_id: str) -> None:
    """Announce that ``of_person`` will be asked for."""
    _OF_PERSON.ahead(session, {"person_id": person_id})


def of_person(session: Session, person_id: str) -> dict[str, int]:
    """The sub-accounts of a personal account in cents: ``principal`` and ``interest``."""
    found = _OF_PERSON.all(session, {"person_id": person_id})
    sums = {chart.sub_account(account): int(cents) for account, cents in found}
    return {chart.sub_account(code): 0 for code in (chart.PRINCIPAL, chart.INTEREST)} | sums


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
