"""What only grows only grows: the database refuses everything else, and the application may not even ask."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, func, insert, select, text
from sqlalchemy.exc import DBAPIError

from authz.keys.outside_keys import KeyCertificate
from authz.keys.signing_keys import SigningKey
from database import clock, connection
from database.declarative import Base
from engine.record import Case
from oversight.tree import TILE
from register.ledger import LedgerLine, RegisterPosting
from tests import (
    access_commands,
    archived_office,
    audited_office,
    corrections,
    erased_office,
    exported_office,
    green_commands,
    heard_office,
    leave_commands,
    met_office,
    owner_commands,
    paper_office,
    papers,
    paying_office,
    qualified,
    sealed_journal,
    second_factors,
    told_office,
    warned_office,
    windowed,
)
from tests.databases import APP, Database
from tests.people import Hall, new_key

GROWING = sorted(
    name for name, table in Base.metadata.tables.items() if table.info.get("append_only")
)
OTHERS = sorted(set(Base.metadata.tables) - set(GROWING))


@pytest.fixture
def filled(hall: Hall, database: Database, tmp_path: Path) -> Database:
    """An office with at least one row in every table that only grows."""
    _paid_and_claimed(hall)
    met_office.held(hall, {met_office.waiting(hall): "approve"})
    paper_office.spent(hall)
    owner_commands.leave_rows(hall)
    body = hall.example("payment_account_change", 2)
    number = hall.T101.accept({**body, "materials": []})["case_no"]
    hall.T101.post(f"/api/cases/{number}/correction", {"materials": body["materials"]})
    hall.R101.post(f"/api/cases/{number}/openings", {"opened": ["form"]})
    hall.S101.post(f"/api/cases/{number}/green-channel", green_commands.SAID, status=201)
    green_commands.withdrawn(hall, number)
    hall.R101.sign(number)
    scan = hall.client.post(
        "/api/files",
        files={"file": ("scan.pdf", b"%PDF-1.7 scan", "application/pdf")},
        headers={**hall.T101.headers, "Idempotency-Key": new_key()},
    )
    hall.T101.post(f"/api/cases/{number}/signed-scans", scan.json(), status=201)
    granted = hall.S101.get("/api/grants")["items"][0]["grant_id"]
    hall.S101.post(f"/api/grants/{granted}/revocation", {"reason": "季度调整"})
    papers.leave_a_row_in_each(hall)
    hall.lose_password("T103")
    sessions = hall.client.app.state.sessions  # type: ignore[attr-defined]
    sealed_journal.grow(sessions, TILE)
    sealed_journal.seal(sessions)
    archived_office.everything(hall)
    audited_office.sample(hall)
    audited_office.answered(hall, number)
    _stood_in(hall)
    leave_commands.trace(hall)
    qualified.trace(hall)
    warned_office.ordered(hall)
    second_factors.leave_rows(hall)
    exported_office.leave_rows(hall)
    erased_office.leave_rows(hall, database)
    access_commands.leave_rows(hall)
    heard_office.leave_rows(hall)
    corrections.leave_row(hall)
    told_office.leave_rows(hall, tmp_path)
    windowed.leave_rows(hall)
    with sessions.command() as session:
        key_id = session.execute(select(SigningKey.key_id).limit(1)).scalar_one()
        at = clock.now(session)
        held = {"key_id": key_id, "certificate": "PEM", "sha256": "0" * 64}
        session.execute(insert(KeyCertificate), [held | {"valid_from": at, "valid_until": at}])
    return database


def _stood_in(hall: Hall) -> None:
    said = {
        "absent": "R101", "deputy": "T102", "post": "reviewer",
        "from": "2026-11-02", "to": "2026-11-06", "reason": "年休假",
    }  # fmt: skip
    made = hall.S101.post("/api/stand-ins", said, status=201)
    hall.S101.post(f"/api/stand-ins/{made['stand_in_id']}/end")


def _paid_and_claimed(hall: Hall) -> None:
    """A payable that was released and paid, its payee's record read and unmasked, a claim."""
    (one,) = paying_office.owed(hall)
    paying_office.release(hall, [one])
    paying_office.report(hall, [paying_office.reported(one)])
    hall.A101.get(f"/api/register/persons/{one['person_id']}")
    asked = {"fields": ["id_no"], "reason_code": "inspection", "reason": "抽查"}
    hall.A101.post(f"/api/register/persons/{one['person_id']}/unmasking", asked)
    claimed = hall.T101.accept(hall.example("arrears_assessment", 1, "county"))["case_no"]
    for staff_no in paying_office.CHAIN:
        getattr(hall, staff_no).sign(claimed)


@pytest.fixture
def engine(filled: Database) -> Iterator[Engine]:
    opened = connection.connect(filled.wide_url)
    yield opened
    opened.dispose()


def refused(engine: Engine, statement: str) -> bool:
    with engine.connect() as opened:
        try:
            opened.execute(text(statement))
        except DBAPIError:
            return True
        finally:
            opened.rollback()
    return False


def count(engine: Engine, table: str) -> int:
    with engine.connect() as opened:
        return opened.execute(
            select(func.count()).select_from(Base.metadata.tables[table])
        ).scalar_one()


def test_rows_are_never_changed_or_removed(engine: Engine, filled: Database) -> None:
    allowed = []
    for table in GROWING:
        before = count(engine, table)
        assert before, f"{table} is empty: this test would prove nothing"
        first = next(iter(Base.metadata.tables[table].primary_key)).name
        statements = [f"UPDATE {table} SET {first} = {first}", f"DELETE FROM {table}"]  # noqa: S608
        if filled.kind == "sqlite":
            statements.append(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")  # noqa: S608
        else:
            statements += [f"TRUNCATE {table} CASCADE", f"ALTER TABLE {table} DISABLE TRIGGER ALL"]
            statements += [f"DROP TABLE {table}", f"DROP TRIGGER append_only ON {table}"]
        allowed += [statement for statement in statements if not refused(engine, statement)]
        assert count(engine, table) == before
    assert allowed == []


def test_the_owner_is_refused_too(filled: Database) -> None:
    """As long as the triggers stand, even who owns the tables only adds to them."""
    owner = connection.connect(filled.owner_url)
    verbs = ["UPDATE {} SET {} = {}", "DELETE FROM {}"]
    if filled.kind == "postgresql":
        verbs.append("TRUNCATE {} CASCADE")
    allowed = []
    for table in GROWING:
        first = next(iter(Base.metadata.tables[table].primary_key)).name
        for verb in verbs:
            statement = verb.format(table, first, first)
            if not refused(owner, statement):
                allowed.append(statement)
    owner.dispose()
    assert allowed == []


def test_the_application_holds_no_right_to_change_them(engine: Engine, filled: Database) -> None:
    if filled.kind == "sqlite":
        # SQLite knows no rights: its triggers alone stand between, on every connection.
        with engine.connect() as opened:
            assert opened.exec_driver_sql("PRAGMA recursive_triggers").scalar_one() == 1
        return
    with engine.connect() as opened:
        for table in GROWING:
            assert rights(opened, table) == {"SELECT", "INSERT"}, table
        for table in OTHERS:
            assert rights(opened, table) == {"SELECT", "INSERT", "UPDATE", "DELETE"}, table
        role = opened.execute(
            text(
                "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = :role"
            ),
            {"role": APP},
        ).one()
        assert tuple(role) == (False, False, False)
        owned = text("SELECT count(*) FROM pg_tables WHERE tableowner = :role")
        assert opened.execute(owned, {"role": APP}).scalar_one() == 0


def rights(opened: Connection, table: str) -> set[str]:
    asked = text("SELECT has_table_privilege(:role, :table, :right)")
    every = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER", "REFERENCES")
    return {
        right
        for right in every
        if opened.execute(asked, {"role": APP, "table": table, "right": right}).scalar_one()
    }


def test_what_does_not_balance_is_refused(engine: Engine) -> None:
    line = {
        "case_no": "CASE-9",
        "posting_no": 1,
        "account": "adjustments",
        "subject_id": None,
        "month": None,
        "memo": "",
    }
    header = {
        "case_no": "CASE-9",
        "posting_no": 1,
        "agency_code": "990101",
        "posted_at": clock.Clock().now(),
        "line_count": 2,
        "change_count": 0,
        "debit_cents": 100,
        "credit_cents": 100,
    }
    for credit, more in ((99, {}), (99, {"credit_cents": 99}), (100, {"line_count": 3})):
        with engine.connect() as opened:
            opened.execute(
                insert(LedgerLine.__table__),  # type: ignore[arg-type]
                [
                    {**line, "line_no": 1, "side": "debit", "amount_cents": 100},
                    {**line, "line_no": 2, "side": "credit", "amount_cents": credit},
                ],
            )
            with pytest.raises(DBAPIError):
                opened.execute(
                    insert(RegisterPosting.__table__),  # type: ignore[arg-type]
                    [header | more],
                )
            opened.rollback()


@pytest.mark.slow
def test_nothing_joins_a_posting_afterwards(engine: Engine) -> None:
    with engine.connect() as opened:
        posted = select(LedgerLine.__table__).limit(1)
        row = {**opened.execute(posted).mappings().one(), "line_no": 99}
        row.pop("line_id")
        with pytest.raises(DBAPIError):
            opened.execute(insert(LedgerLine.__table__), [row])  # type: ignore[arg-type]
        opened.rollback()
        statuses = select(Case.status).where(Case.status == "completed")
        assert opened.execute(statuses).all()
