"""The database's own guards, walked up to past the code: unbalanced, late, changed or removed rows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError

from database.connection import Sessions
from register import opening
from register.ledger import LedgerLine, RegisterPosting
from register.subjects import Version
from tests.unit import register_office
from tests.unit.register_office import COUNTY, NOON

KEY = {"case_no": "CASE-9", "posting_no": 1}
HEADER = {
    **KEY,
    "agency_code": COUNTY,
    "posted_at": NOON,
    "line_count": 2,
    "change_count": 0,
    "debit_cents": 100,
    "credit_cents": 100,
}


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[Sessions]:
    with register_office.opened(tmp_path) as made:
        with made.command() as session:
            person_id = opening.open_person(session, register_office.person(), agency=COUNTY)
            register_office.write(session, register_office.transfer(person_id, 100), "CASE-1")
        yield made


def line(number: int, side: str, cents: int, **more: Any) -> dict[str, Any]:
    row = {
        **KEY,
        "line_no": number,
        "account": "adjustments",
        "side": side,
        "amount_cents": cents,
        "subject_id": None,
        "month": None,
        "memo": "",
    }
    return row | more


GOOD = [line(1, "debit", 100), line(2, "credit", 100)]


def insert_posting(sessions: Sessions, lines: list[dict[str, Any]], **header: Any) -> None:
    with sessions.command() as session:
        session.execute(insert(LedgerLine), lines)
        session.execute(insert(RegisterPosting), [HEADER | header])


def test_a_balanced_posting_passes(sessions: Sessions) -> None:
    insert_posting(sessions, GOOD)


@pytest.mark.parametrize(
    ("lines", "header"),
    [
        ([line(1, "debit", 100), line(2, "credit", 99)], {}),
        (GOOD, {"debit_cents": 99, "credit_cents": 99}),
        (GOOD, {"debit_cents": 100, "credit_cents": 99}),
        (GOOD, {"line_count": 1}),
        (GOOD, {"change_count": 1}),
        ([line(1, "debit", 100)], {}),
    ],
)
def test_a_header_that_its_lines_do_not_add_up_to_is_refused(
    sessions: Sessions, lines: list[dict[str, Any]], header: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError):
        insert_posting(sessions, lines, **header)


@pytest.mark.parametrize(
    "lines",
    [
        [line(1, "debit", 0), line(2, "credit", 0)],
        [line(1, "left", 100), line(2, "credit", 100)],
        [line(1, "debit", 100, subject_id="x" * 32), line(2, "credit", 100)],
        [line(1, "debit", 100, account="personal_account:principal"), line(2, "credit", 100)],
        [line(1, "debit", 100), line(1, "credit", 100)],
    ],
)
def test_an_impossible_line_is_refused(sessions: Sessions, lines: list[dict[str, Any]]) -> None:
    with pytest.raises(IntegrityError):
        insert_posting(sessions, lines)


def test_lines_without_a_header_are_not_committed(sessions: Sessions) -> None:
    with pytest.raises(IntegrityError), sessions.command() as session:
        session.execute(insert(LedgerLine), GOOD)


def test_nothing_joins_a_closed_posting(sessions: Sessions) -> None:
    late = [row | {"case_no": "CASE-1", "line_no": row["line_no"] + 2} for row in GOOD]
    with pytest.raises(IntegrityError, match="closed"), sessions.command() as session:
        session.execute(insert(LedgerLine), late)


def test_rows_are_never_changed_or_removed(sessions: Sessions) -> None:
    for statement in (
        update(LedgerLine).values(amount_cents=1),
        update(RegisterPosting).values(debit_cents=1, credit_cents=1),
        update(Version).values(kind="x"),
        delete(LedgerLine),
        delete(Version),
    ):
        with pytest.raises(IntegrityError, match="only grows"), sessions.command() as session:
            session.execute(statement)


def test_replacing_a_line_is_refused_too(sessions: Sessions) -> None:
    """INSERT OR REPLACE deletes without a delete trigger, unless recursive_triggers is on."""
    with pytest.raises(IntegrityError), sessions.command() as session:
        session.connection().exec_driver_sql(
            "INSERT OR REPLACE INTO ledger_lines SELECT line_id, case_no, posting_no, line_no, account,"
            " side, 1, subject_id, month, memo FROM ledger_lines"
        )
