"""A changed rate leaves its trace: kept, told with what changed, shown to auditors; and old cases hold."""

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from database import connection
from database.connection import OfficeSession
from engine.rules import rule_tables
from engine.rules.rule_tables import RuleTable
from engine.timing import workdays
from oversight import verification
from register import parameters
from tests import book
from tests.databases import Database
from tests.people import Hall


def forget() -> None:
    parameters.shipped.cache_clear()
    parameters.files.cache_clear()


@pytest.fixture
def other_divisor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Installs tables in which a pension from 60 on is paid over another number of months."""

    def install() -> None:
        folder = tmp_path / "tables"
        shutil.copytree(parameters.SHIPPED, folder)
        table = folder / "payment_months.yaml"
        text = table.read_text(encoding="utf-8")
        assert "60: 139\n" in text
        table.write_text(text.replace("60: 139\n", "60: 150\n"), encoding="utf-8")
        monkeypatch.setattr(parameters, "SHIPPED", folder)
        forget()

    yield install
    monkeypatch.undo()
    forget()
    parameters.use(None)


def entries(hall: Hall) -> list[Any]:
    found: list[Any] = hall.A101.get("/api/audit/rules?kind=parameter")["items"]
    return found


def findings(client: TestClient) -> list[str]:
    application: Any = client.app
    with application.state.sessions.reading() as session:
        return [str(one) for one in verification.verify_office(session, application.state.office)]


def retired(hall: Hall) -> str:
    case_no: str = hall.T101.accept(hall.example("retirement_approval", 1, "county"))["case_no"]
    for staff_no in ("R101", "D101", "Z101"):
        getattr(hall, staff_no).sign(case_no)
    assert hall.A101.case(case_no)["status"] == "completed"
    return case_no


def test_the_first_start_says_what_it_works_with(
    hall: Hall, start_office: Callable[[], TestClient]
) -> None:
    first = entries(hall)
    assert {one["action"] for one in first} == {
        "parameters_took_effect",
        "calendars_took_effect",
        "exports_took_effect",
    }
    assert [one["detail"]["changed"] for one in first] == [[], [], []]

    start_office()

    assert entries(hall) == first


@pytest.mark.slow
def test_a_changed_rate_leaves_its_trace(
    hall: Hall, start_office: Callable[[], TestClient], other_divisor: Callable[[], None]
) -> None:
    before = next(one for one in entries(hall) if one["action"] == "parameters_took_effect")
    retired(hall)

    other_divisor()
    again = start_office()

    newest = entries(hall)[0]
    assert newest["action"] == "parameters_took_effect"
    assert newest["detail"]["before"] == before["detail"]["parameters"]
    assert newest["detail"]["parameters"] != before["detail"]["parameters"]
    assert newest["detail"]["changed"] == ["payment_months 2006-01-01"]
    listed = hall.A101.get("/api/audit/lists/rule_changes")
    names = [column["code"] for column in listed["columns"]]
    row = dict(zip(names, listed["rows"][-1], strict=True))
    assert row["action"] == "parameters_took_effect"
    assert "changed=payment_months 2006-01-01" in row.values()
    assert newest["detail"]["parameters"] in row.values()
    # What was worked out with the older divisor holds: the older tables are kept.
    assert findings(again) == []


def test_older_tables_that_come_back_are_told_again(
    hall: Hall,
    start_office: Callable[[], TestClient],
    other_divisor: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shipped = parameters.SHIPPED
    other_divisor()
    start_office()
    monkeypatch.setattr(parameters, "SHIPPED", shipped)
    forget()
    again = start_office()

    told = [one["detail"] for one in entries(hall) if one["action"] == "parameters_took_effect"]
    assert len(told) == 3
    assert told[0]["parameters"] == told[2]["parameters"] == told[1]["before"]
    assert findings(again) == []


def test_a_changed_calendar_leaves_its_trace(
    hall: Hall, start_office: Callable[[], TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = dict(workdays.shipped())
    day = date(2027, 3, 8)
    year = known[2027]
    known[2027] = workdays.Year(
        2027, year.verified, year.source, year.holidays | {day}, year.make_up_days
    )
    monkeypatch.setattr(workdays, "shipped", lambda: known)

    start_office()

    newest = entries(hall)[0]
    assert newest["action"] == "calendars_took_effect"
    assert newest["detail"]["changed"] == ["2027"]


def test_altered_tables_are_found(hall: Hall, database: Database) -> None:
    book.without_triggers(database)
    office = hall.client.app.state.office  # type: ignore[attr-defined]
    engine = connection.connect(database.owner_url)
    altered = update(RuleTable).where(RuleTable.kind == rule_tables.PARAMETERS)
    for values, rule in (({"content": "{}"}, "altered"), ({"digest": "0" * 64}, "noted")):
        with OfficeSession(engine) as session:
            session.execute(altered.values(**values))
            found = verification.verify_office(session, office)
            assert f"rule_table.{rule}" in {one.rule for one in found}
            session.rollback()
    engine.dispose()
