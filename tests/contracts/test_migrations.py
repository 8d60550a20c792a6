"""The migrations build what the models say, up, down and up; what only grows can't be changed by anyone.

Every test database comes from the migrations, so a model without its migration would be found late,
where it is used; here it is found by name.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, Inspector, delete, inspect, select, text, update
from sqlalchemy.exc import DatabaseError

from authz.keys import certificate_trust
from database import connection, migrating, schema
from database.declarative import Base
from database.schema import SchemaRefused
from oversight.tree import TILE
from tests import (
    access_commands,
    archived_office,
    audited_office,
    authority_bodies,
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
    software_token,
    told_office,
    warned_office,
    windowed,
)
from tests.certified import Authority
from tests.databases import APP, Cluster, Database, SqliteFiles
from tests.people import Hall, new_key

# The application that conftest.py imports has imported every room, and so every model.
ONLY_GROWING = [table for table in Base.metadata.sorted_tables if table.info.get("append_only")]


PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32


def test_migrations_are_named_after_their_revisions_in_their_order() -> None:
    """A server reads from the names alone which schema it needs."""
    script = ScriptDirectory(str(schema.VERSIONS.parent))

    assert schema.known() == tuple(one.revision for one in script.walk_revisions())[::-1]


@pytest.fixture
def migrated(empty_database: Database) -> Iterator[Engine]:
    """An engine of the owner of a migrated, empty database."""
    migrating.migrate(empty_database.owner_url, app_role=APP)
    engine = connection.connect(empty_database.owner_url)
    yield engine
    engine.dispose()


def test_the_migrations_build_what_the_models_say(
    migrated: Engine, server: SqliteFiles | Cluster
) -> None:
    by_models = server.empty()
    engine = connection.connect(by_models.owner_url)
    Base.metadata.create_all(engine)

    wanted, found = _described(inspect(engine)), _described(inspect(migrated))
    engine.dispose()
    server.drop(by_models)

    del found["alembic_version"]
    assert sorted(found) == sorted(wanted)
    for table, description in wanted.items():
        assert found[table] == description, table


def test_migrations_go_up_down_and_up(migrated: Engine, empty_database: Database) -> None:
    before = _described(inspect(migrated))

    migrating.downgrade(empty_database.owner_url)
    assert set(_described(inspect(migrated))) <= {"alembic_version"}
    assert _objects(migrated) == []

    migrating.migrate(empty_database.owner_url, app_role=APP)
    assert _described(inspect(migrated)) == before


def test_migrating_again_changes_nothing(migrated: Engine, empty_database: Database) -> None:
    before = _described(inspect(migrated)), _objects(migrated)

    migrating.migrate(empty_database.owner_url, app_role=APP)

    assert (_described(inspect(migrated)), _objects(migrated)) == before


def test_a_database_says_what_it_lacks(empty_database: Database) -> None:
    engine = connection.connect(empty_database.owner_url)

    assert "tongban migrate" in (schema.behind(engine) or "")
    migrating.migrate(empty_database.owner_url)
    assert schema.behind(engine) is None
    with engine.begin() as opened:
        opened.execute(text("UPDATE alembic_version SET version_num = 'from-the-future'"))
    assert "from-the-future" in (schema.behind(engine) or "")
    with pytest.raises(SchemaRefused, match="from-the-future"):
        migrating.migrate(empty_database.owner_url)
    engine.dispose()


def test_what_only_grows_is_never_changed(hall: Hall, database: Database, tmp_path: Path) -> None:
    """The owner is stopped by a trigger, the application by the rights it lacks."""
    _leave_a_row_in_each(hall, tmp_path)
    erased_office.leave_rows(hall, database)

    for url in sorted({database.owner_url, database.wide_url}):
        engine = connection.connect(url)
        for table in ONLY_GROWING:
            same = {column: column for column in table.columns}
            for statement in (update(table).values(same), delete(table)):
                with engine.connect() as opened:
                    assert opened.execute(select(table).limit(1)).first(), f"{table} is empty"
                    with pytest.raises(DatabaseError, match=r"only grows|permission denied"):
                        opened.execute(statement)
        engine.dispose()


def test_cases_without_signatures_are_not_taken_over(hall: Hall, database: Database) -> None:
    """Nobody may sign what was signed before, so such a database is refused and stays as it is."""
    case_no = hall.T101.accept(hall.example("retirement_approval", 1, "county"))["case_no"]
    engine = connection.connect(database.owner_url)
    with engine.begin() as opened:
        opened.execute(text("UPDATE alembic_version SET version_num = '0002'"))

    with pytest.raises(SchemaRefused, match="carry no signature"):
        migrating.migrate(database.owner_url, app_role=APP)

    with engine.begin() as opened:
        opened.execute(
            text("UPDATE alembic_version SET version_num = :head"), {"head": schema.newest()}
        )
    engine.dispose()
    assert hall.A101.findings(case_no) == []


def test_the_application_owns_nothing(database: Database) -> None:
    if database.kind == "sqlite":
        assert database.owner_url == database.url
        return

    engine = connection.connect(database.url)
    for forbidden in ("DROP TABLE journal", "TRUNCATE journal", "CREATE TABLE mine (id int)"):
        with (
            engine.connect() as opened,
            pytest.raises(DatabaseError, match=r"must be owner|permission denied"),
        ):
            opened.execute(text(forbidden))
    engine.dispose()


def _leave_a_row_in_each(hall: Hall, folder: Path) -> None:
    """Do at the counter what leaves traces everywhere."""
    hall.T101.accept(hall.example("enrollment_certificate", 3))
    hall.T101.accept(hall.example("person_info_change_general", 3))
    case_no = hall.T101.accept(hall.example("retirement_approval", 1, "county"))["case_no"]
    hall.R101.post(f"/api/cases/{case_no}/openings", {"opened": ["form"]})
    for staff_no in ("R101", "D101", "Z101"):
        getattr(hall, staff_no).sign(case_no)
    met_office.held(hall, {met_office.waiting(hall): "approve"})
    paper_office.spent(hall)
    owner_commands.leave_rows(hall)
    waiting = hall.T101.accept(hall.example("payment_account_change", 2))["case_no"]
    hall.S101.post(f"/api/cases/{waiting}/green-channel", green_commands.SAID, status=201)
    green_commands.withdrawn(hall, waiting)
    warned_office.ordered(hall)
    payables = paying_office.owed(hall)
    paying_office.release(hall, payables)
    paying_office.report(hall, [paying_office.reported(one) for one in payables])
    grant = hall.S101.get("/api/grants")["items"][0]
    hall.S101.post(f"/api/grants/{grant['grant_id']}/revocation", {"reason": "岗位调整"})
    made = hall.S101.post("/api/stand-ins", authority_bodies.stand_in(), status=201)
    hall.S101.post(f"/api/stand-ins/{made['stand_in_id']}/end")
    qualified.trace(hall)
    leave_commands.trace(hall)
    uploaded = hall.client.post(
        "/api/files",
        headers={**hall.T101.headers, "Idempotency-Key": new_key()},
        files={"file": ("scan.png", PNG, "image/png")},
    )
    assert uploaded.status_code == 201, uploaded.text
    hall.T101.post(f"/api/cases/{case_no}/signed-scans", uploaded.json(), status=201)
    papers.leave_a_row_in_each(hall)
    hall.lose_password("T103")
    authority = Authority("intl-1", folder / "authority")
    trusted = hall.client.app.state.office.data_dir / certificate_trust.FOLDER  # type: ignore[attr-defined]
    trusted.mkdir()
    (trusted / "root.pem").write_bytes((authority.folder / "root.pem").read_bytes())
    pem = authority.issue("t103", "/CN=T/serialNumber=T103")
    software_token.enrol(hall, "T103", authority.token("t103"), pem)
    person_id = hall.T101.case(case_no)["person_id"]
    said = {"fields": ["name"], "case_no": case_no}
    hall.T101.post(f"/api/register/persons/{person_id}/unmasking", said)
    hall.T101.get(f"/api/register/persons/{person_id}")
    sealed_journal.grow(hall.client.app.state.sessions, TILE)  # type: ignore[attr-defined]
    sealed_journal.seal(hall.client.app.state.sessions)  # type: ignore[attr-defined]
    archived_office.everything(hall)
    second_factors.leave_rows(hall)
    exported_office.leave_rows(hall)
    access_commands.leave_rows(hall)
    heard_office.leave_rows(hall)
    corrections.leave_row(hall)
    told_office.leave_rows(hall, folder)
    windowed.leave_rows(hall)
    audited_office.sample(hall)
    audited_office.answered(hall, case_no)


def _described(found: Inspector) -> dict[str, Any]:
    """Every table with its columns and constraints, in an order that doesn't depend on its making."""
    return {
        table: {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"], column["default"])
                for column in found.get_columns(table)
            },
            "primary key": found.get_pk_constraint(table)["constrained_columns"],
            "unique": _sorted(found.get_unique_constraints(table)),
            "indexes": _sorted(found.get_indexes(table)),
            "checks": _sorted(found.get_check_constraints(table)),
            "foreign keys": _sorted(found.get_foreign_keys(table)),
        }
        for table in found.get_table_names()
    }


def _sorted(rows: Sequence[Any]) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True, default=str) for row in rows)


def _objects(engine: Engine) -> list[str]:
    """Triggers and functions of ours."""
    asked = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
        if engine.dialect.name == "sqlite"
        else "SELECT tgname || ' on ' || tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal"
        " UNION ALL SELECT proname FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace"
        " WHERE nspname = 'public' ORDER BY 1"
    )
    with engine.connect() as opened:
        return list(opened.execute(text(asked)).scalars())
