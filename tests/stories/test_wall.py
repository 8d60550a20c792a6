"""The second wall: with every predicate gone, one agency still doesn't reach another's rows.

Statements by hand under the application's own role, as a query that forgot its agency would run.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, func, select, text, true
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from database import connection, wall
from database.connection import Sessions
from database.declarative import Base
from database.refusals import InvariantBroken
from engine import open_business
from engine.record import Case
from tests import corrections, heard_office, papers, paying_office, told_office
from tests.databases import ADMINISTRATOR, APP, Database
from tests.people import Hall
from tests.stories.test_signed_scans import upload

OURS, THEIRS, CITY = "990101", "990102", "990100"
# Every table with rows of one agency's business (decision 0033).
BEHIND = {
    "audit_findings", "bank_batches", "case_contents", "case_states", "case_timers", "cases", "documents",
    "employee_lists", "files", "payable_releases", "samples", "sign_offs", "tasks", "unmaskings",
    "archive_items", "archive_loans", "archive_manifests", "archive_references", "archive_supplements",
    "archive_volumes",
    "case_corrections",
    "case_notices", "clock_orders", "clock_warnings", "disposal_lists", "document_deliveries", "green_cases",
    "erasure_requests", "erasures", "export_permits", "exports",
    "green_withdrawals", "owner_transfers", "owner_answers", "consultations", "consultation_answers",
    "first_contacts", "contact_endings",
    "notice_permits", "paper_blocks", "paper_entries", "paper_voids", "saved_queues", "window_refusals",
    "complaints", "evaluations", "message_outcomes", "notice_contacts", "outbox",
    "open_windows", "window_ends", "window_events", "window_turns", "windows",
}  # fmt: skip
IN_PUBLIC = {"cases", "case_contents", "documents", "sign_offs", "tasks", "window_refusals"} | {
    "case_corrections",
    "document_deliveries",
}
CHANGES = (
    "UPDATE cases SET status = 'withdrawn'",
    "UPDATE tasks SET closed_at = opened_at",
    "DELETE FROM case_states",
)
# What is read across agencies: who may act, the journal, a person's own record, and the city's meetings, on
# which a county's signatures rest.
BEFORE = {
    "accounts", "factor_demands", "grants", "journal", "meetings", "payables", "post_holdings",
    "desk_pauses", "leaves", "named_signers",
    "register_postings", "relation_versions", "signed_scans", "stand_ins",
}  # fmt: skip


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    """The application's way to its database, by hand."""
    opened = connection.connect(database.url)
    yield opened
    opened.dispose()


@contextmanager
def standing(engine: Engine, scope: str) -> Iterator[Connection]:
    """A transaction by hand that says this scope; nothing of it is kept."""
    with engine.connect() as opened:
        if scope and engine.dialect.name == "postgresql":
            opened.execute(
                text("SELECT set_config('tongban.wall', :scope, true)"), {"scope": scope}
            )
        yield opened


def seen(engine: Engine, scope: str) -> dict[str, int]:
    """How many rows of each table behind the wall a scope shows."""
    with standing(engine, scope) as opened:
        counted = {
            table: opened.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608
            for table in sorted(BEHIND)
        }
    return {table: count for table, count in counted.items() if count}


def additions(engine: Engine) -> list[str]:
    """Rows that somebody could add to what is our county's: one names the agency, the others a case."""
    with standing(engine, wall.OFFICE) as opened:
        asked = text("SELECT case_id FROM cases WHERE status = 'completed' LIMIT 1")
        case_id = opened.execute(asked).scalar_one()
    files = "digest, agency_code, stored_by, stored_at, size_bytes, media_type, name"
    tasks = "task_id, case_id, cycle, opened_seq, token, step, post, agency_code, due_on, opened_at"
    values = {
        "case_states (case_id, sequence, state, mac)": f"{case_id}, 1, '', ''",
        f"files ({files})": f"'0', '{OURS}', 1, now(), 1, 'image/png', ''",
        f"tasks ({tasks})": f"'0', {case_id}, 1, 99, '', 'x', 'reviewer', '{THEIRS}', now(), now()",
    }
    return [f"INSERT INTO {into} VALUES ({row})" for into, row in values.items()]  # noqa: S608 - ours


def refused(opened: Connection, statement: str) -> bool:
    """Whether the database refuses it, at the latest when the transaction would be committed."""
    tried = opened.begin_nested()
    try:
        opened.execute(text(statement))
        opened.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    except ProgrammingError as failed:
        said = str(failed)
        return "row-level security" in said or "of another agency" in said
    finally:
        tried.rollback()
    return False


def test_every_table_of_an_agency_is_behind_the_wall_or_said_not_to_be() -> None:
    named = {table.name for table in Base.metadata.sorted_tables if "agency_code" in table.columns}
    assert named <= BEHIND | BEFORE
    assert not BEHIND & BEFORE


def test_a_forgotten_predicate_shows_nothing_and_writes_nothing(
    hall: Hall, database: Database, engine: Engine, tmp_path: Path
) -> None:
    """One story of a level-1 case at the city, an instant one, a paper, a scan, a list of payments."""
    number = hall.T101.accept(hall.example("account_adjustment", 1, "city_approval"))["case_no"]
    for name in ("R101", "D101", "Z101"):
        getattr(hall, name).sign(number)
    hall.T101.accept(hall.example("enrollment_certificate", 3))
    papers.turned_away(hall)
    heard_office.leave_rows(hall)
    told_office.leave_rows(hall, tmp_path)
    corrections.leave_row(hall)
    hall.people.clear()
    upload(hall, "T101")
    paying_office.owed(hall, "multi_relation_refund")
    if database.kind == "sqlite":
        assert seen(engine, "") == seen(engine, wall.OFFICE)
        return

    everything = seen(engine, wall.OFFICE)
    assert {
        "cases",
        "case_contents",
        "case_states",
        "documents",
        "files",
        "sign_offs",
        "tasks",
        "archive_manifests",
        "window_refusals",
        "complaints",
        "evaluations",
        "message_outcomes",
        "notice_contacts",
        "outbox",
    } <= set(everything)
    # Every county and the city of the demo have windows of their own.
    assert seen(engine, OURS) == everything | {"windows": 4}
    # The city's own task is about a case below it; to a sister county none of it is there.
    assert seen(engine, f"{CITY},{OURS},{THEIRS}") == everything
    assert seen(engine, THEIRS) == {"windows": 1}
    assert seen(engine, wall.CLOSED) == seen(engine, "9901") == {}
    assert set(seen(engine, wall.PUBLIC)) == IN_PUBLIC & set(everything)

    for scope in (THEIRS, wall.PUBLIC, wall.CLOSED):
        with standing(engine, scope) as opened:
            for statement in CHANGES:
                assert opened.execute(text(statement)).rowcount == 0, (scope, statement)
            for statement in additions(engine):
                assert refused(opened, statement), (scope, statement)
    with standing(engine, OURS) as opened:
        assert [one for one in additions(engine) if refused(opened, one)] == []


def test_no_scope_is_left_on_a_connection(database: Database) -> None:
    """What a transaction says ends with it, on a connection that the next one uses again."""
    sessions = Sessions(connection.connect(database.url))
    with sessions.command() as session:
        before = said(session)
    with sessions.reading(wall.CLOSED) as session:
        closed = said(session)
        wall.narrow(session, [THEIRS, OURS])
        narrowed = said(session)
        with wall.whole(session):
            widened = said(session)
        after = said(session)
        session.rollback()
        again = said(session)
    sessions.engine.dispose()
    if database.kind == "postgresql":
        own = f"{THEIRS},{OURS}"
        assert (before, closed, narrowed, widened, after, again) == (
            wall.OFFICE, wall.CLOSED, own, wall.OFFICE, own, own,
        )  # fmt: skip
    with pytest.raises(InvariantBroken), sessions.reading(wall.CLOSED) as session:
        wall.narrow(session, [])
    sessions.engine.dispose()


def test_open_business_elsewhere_is_still_known(hall: Hall, database: Database) -> None:
    """An employer may not leave the register before all of it is finished, whichever agency has it."""
    number = hall.T101.accept(hall.example("account_adjustment", 1, "county"))["case_no"]
    sessions = Sessions(connection.connect(database.url))
    with sessions.reading() as session:
        subject = session.execute(
            select(Case.subject_id).where(Case.case_no == number)
        ).scalar_one()
    with sessions.command(wall.CLOSED) as session:
        wall.narrow(session, [THEIRS])
        assert list(open_business.now(session, subject)) == [number]
        found = session.execute(select(Case.case_no).where(Case.case_no == number)).all()
    sessions.engine.dispose()
    assert bool(found) == (database.kind == "sqlite")


def said(session: Session) -> str | None:
    """The scope as the database knows it; SQLite knows none."""
    if session.get_bind().dialect.name == "sqlite":
        return None
    asked = select(func.current_setting(wall.SETTING, true()))
    return str(session.execute(asked).scalar_one())


def test_a_role_that_walks_through_the_wall_is_told_of(engine: Engine, database: Database) -> None:
    assert not wall.is_passed_by(engine)
    if database.kind == "postgresql":
        superuser = connection.connect(database.url.replace(APP, ADMINISTRATOR, 1))
        assert wall.is_passed_by(superuser)
        superuser.dispose()
