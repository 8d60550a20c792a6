"""``tongban demo``: once into an empty database, with cases on request; never into anybody else's."""

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from api import cli, composition, settings
from authz.offices import agencies
from database import connection
from database.connection import Sessions
from database.declarative import Base
from engine.record import Case
from tests.databases import Database

CASES = 8


@pytest.fixture
def office(
    empty_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> settings.Settings:
    """An empty, migrated office that the command line's settings lead to."""
    told = {
        "TONGBAN_DATABASE_URL": empty_database.url,
        "TONGBAN_DATA_DIR": str(tmp_path / "data"),
        "TONGBAN_KEY_FILE": str(empty_database.keys),
    }
    if empty_database.migration_url:
        told["TONGBAN_MIGRATION_URL"] = empty_database.migration_url
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    assert cli.main(["migrate"]) == 0
    return settings.read(told)


def rows(chosen: settings.Settings) -> dict[str, int]:
    """How many rows each table has."""
    sessions = Sessions(connection.connect(chosen.database_url))
    with sessions.reading() as session:
        counted = {
            table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in Base.metadata.sorted_tables
        }
    sessions.engine.dispose()
    return counted


@pytest.mark.slow
def test_cases_are_added_and_everything_holds(
    office: settings.Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["demo", "--cases", str(CASES), "--seed", "7"]) == 0
    assert "the demo office is loaded" in capsys.readouterr().out
    loaded = rows(office)
    assert loaded["cases"] == CASES
    assert loaded["sign_offs"] > CASES

    assert cli.main(["demo"]) == 0
    assert "was loaded before" in capsys.readouterr().out
    assert rows(office) == loaded

    assert cli.main(["verify"]) == 0
    assert "everything holds" in capsys.readouterr().out


def test_other_data_is_left_alone(
    office: settings.Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    opened = composition.open_office(office)
    with opened.sessions.command() as session:
        agencies.add(session, code="610100", name="别的市", kind="province")
    opened.sessions.engine.dispose()
    # The first start of an office keeps its risk table and verdicts, whatever it is started for.
    composition.open_office(office).sessions.engine.dispose()
    before = rows(office)
    capsys.readouterr()

    assert cli.main(["demo", "--cases", "1"]) == cli.REFUSED

    said = capsys.readouterr()
    assert said.err.startswith("tongban: ")
    assert said.out == ""
    assert rows(office) == before


@pytest.mark.slow
def test_the_same_seed_makes_the_same_choices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    for place in ("one", "another"):
        told = {
            "TONGBAN_DATABASE_URL": f"sqlite:///{tmp_path / place}.db",
            "TONGBAN_DATA_DIR": str(tmp_path / place),
        }
        for name, value in told.items():
            monkeypatch.setenv(name, value)
        assert cli.main(["migrate"]) == 0
        assert cli.main(["demo", "--cases", str(CASES), "--seed", "3"]) == 0
        sessions = Sessions(connection.connect(told["TONGBAN_DATABASE_URL"]))
        with sessions.reading() as session:
            cases = session.execute(select(Case.process, Case.risk_level, Case.status))
            made.append(Counter(map(tuple, cases)))
        sessions.engine.dispose()
    assert made[0] == made[1]
