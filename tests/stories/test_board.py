"""The board through HTTP: who reads which office, when names are told, and how its figures are found."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from api.application import Application
from engine.boards import board, board_day
from engine.boards.board_scope import Scope
from tests.people import Hall

BOARD = "/api/board"
DAY = date(2026, 11, 2)
# What grows without end; each is read by an index that begins with what is asked for.
GROWING = (
    "cases", "tasks", "window_refusals", "case_notices", "paper_entries", "evaluations", "complaints",
)  # fmt: skip
BY_INDEX = (
    "ix_cases_accepted", "ix_cases_finished", "ix_cases_agency_status", "ix_cases_due", "ix_tasks_closed",
    "ix_window_refusals_refused", "ix_case_notices_issued", "ix_paper_entries_entered",
    "ix_evaluations_given", "ix_complaints_received",
)  # fmt: skip
# Tasks that wait are found by the one or the other.
OF_WAITING = ("ix_tasks_open", "ix_tasks_arrived")


def test_a_board_is_of_an_office_a_day_and_a_reader(hall: Hall) -> None:
    hall.T101.accept(hall.example("account_adjustment", 1, "county"))
    hall.T201.get(BOARD, status=403)
    hall.T101.get(BOARD, status=403)

    named = hall.S101.get(BOARD)
    assert named["agency"] == "990101"
    assert [line["staff"]["staff_no"] for line in named["windows"]] == ["T101"]
    assert named["totals"]["accepted"] == named["due"]["open_cases"] == 1

    unnamed = hall.D101.get(BOARD)
    assert not unnamed["named"]
    assert {line["staff"] for line in (*unnamed["windows"], *unnamed["backlog"])} == {None}
    assert unnamed["totals"] == named["totals"]

    assert hall.H001.get(BOARD)["totals"]["accepted"] == 0
    assert hall.H001.get(f"{BOARD}?agency=990101")["totals"] == named["totals"]
    assert hall.S000.get(f"{BOARD}?agency=990102")["agency"] == "990102"
    hall.S101.get(f"{BOARD}?agency=990102", status=404)
    hall.S101.get(f"{BOARD}?agency=000000", status=404)

    assert hall.S101.get(f"{BOARD}?day=2026-11-01")["totals"]["accepted"] == 0
    assert hall.S101.get(f"{BOARD}?day=2027-05-01")["day"] == DAY.isoformat()
    hall.S101.get(f"{BOARD}?day=1999-12-31", status=422)


def test_every_figure_is_found_by_an_index(application: Application) -> None:
    """However many cases there ever were: no statement goes through all of them."""
    scope = Scope("990101", DAY, DAY, named=True)
    with application.state.sessions.reading() as session:
        with noted(session) as statements:
            board_day.windows(session, scope)
            for read in board.PARTS.values():
                read(session, scope)
        assert len(statements) >= 15
        used = set()
        for statement, values in statements:
            plan = planned(session, statement, values)
            assert re.findall(rf"SCAN ({'|'.join(GROWING)})\b(?! USING)", plan) == [], statement
            assert re.findall(rf"Seq Scan on ({'|'.join(GROWING)})\b", plan) == [], statement
            used |= {name for name in (*BY_INDEX, *OF_WAITING) if name in plan}
        assert used >= {name for name in BY_INDEX if name.split("_")[1] != "cases"}
        assert used.intersection(OF_WAITING)
        assert used >= {"ix_cases_accepted", "ix_cases_finished"}


@pytest.fixture
def application(hall: Hall) -> Application:
    """The application of an office with a few cases."""
    found = hall.client.app
    assert isinstance(found, Application)
    return found


@contextmanager
def noted(session: Session) -> Iterator[list[tuple[str, Any]]]:
    """The statements that are sent meanwhile, with their values."""
    statements: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, said: str, values: Any, *_rest: Any) -> None:
        if "\nFROM " in said and not said.startswith("EXPLAIN"):
            # Prepared ones are numbered on their way to PostgreSQL.
            kept = values if isinstance(values, Mapping) else tuple(values)
            statements.append((re.sub(r"\$\d+", "%s", said), kept))

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def planned(session: Session, statement: str, values: Any) -> str:
    """How the database would find it; PostgreSQL is not let read a small table whole."""
    connection = session.connection()
    if session.get_bind().dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return "\n".join(row[3] for row in rows)
    session.execute(text("SET LOCAL enable_seqscan = off"))
    rows = connection.exec_driver_sql(f"EXPLAIN {statement}", values)
    return "\n".join(row[0] for row in rows)
