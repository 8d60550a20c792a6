"""A backup, read elsewhere, is the same office, and what can't be that is refused and leaves nothing."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from api import composition
from api.command_line import targets
from api.settings import Settings
from database import schema
from database.clock import FixedClock
from oversight import backup as backups
from oversight.backup_file import BackupWriter
from tests import backed_up_office, paying_office, software_token
from tests import book as books
from tests.backed_up_office import Kept, Place, holds, refused
from tests.databases import Cluster, Database, SqliteFiles
from tests.people import Hall
from tests.software_token import Token

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture
def office(settings: Settings, clock: FixedClock) -> Place:
    """The office that is kept."""
    return Place(settings, clock)


@pytest.fixture
def kept(hall: Hall) -> Kept:
    """What that office did."""
    return backed_up_office.live_in(hall)


@pytest.fixture(params=BOTH)
def elsewhere(request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty database of either kind, whatever the office's own is."""
    named = {"sqlite": "sqlite_files", "postgresql": "postgresql_cluster"}[request.param]
    server: SqliteFiles | Cluster = request.getfixturevalue(named)
    database = server.empty()
    yield database
    server.drop(database)


@pytest.fixture
def goal(elsewhere: Database, office: Place, tmp_path: Path) -> Place:
    """Another place for the office, under its own key."""
    key_file = office.settings.key_file
    return backed_up_office.place(elsewhere, key_file, tmp_path / "elsewhere", office.clock)


@pytest.fixture
def nearby(server: SqliteFiles | Cluster, office: Place, tmp_path: Path) -> Iterator[Place]:
    """Another place for the office in the same kind of database, under its own key."""
    database = server.empty()
    key_file = office.settings.key_file
    yield backed_up_office.place(database, key_file, tmp_path / "nearby", office.clock)
    server.drop(database)


@pytest.mark.slow
def test_restore_drill(kept: Kept, office: Place, goal: Place, tmp_path: Path) -> None:
    """The office goes on in the other place as if nothing had happened, but for signing in again."""
    backup = tmp_path / "office.backup"
    holds(office.run("backup", backup))
    assert backup.stat().st_mode & 0o777 == 0o600

    holds(goal.run("restore", backup))

    goes_on(kept, office, goal)
    holds(goal.run("verify"))


@pytest.mark.slow
def test_what_stands_around_the_cases_is_restored_too(
    hall: Hall, office: Place, goal: Place, tmp_path: Path
) -> None:
    """Stand-ins, money out, keys held elsewhere, preparations, unmasked views, what waits for the outside."""
    said = {
        "absent": "R101", "deputy": "T102", "post": "reviewer",
        "from": "2026-11-02", "to": "2026-11-06", "reason": "年休假",
    }  # fmt: skip
    made = hall.S101.post("/api/stand-ins", said, status=201)
    stood_in = hall.T101.accept(hall.example("payment_account_change", 2))["case_no"]
    hall.T102.sign(stood_in)
    hall.S101.post(f"/api/stand-ins/{made['stand_in_id']}/end")
    payables = [*paying_office.owed(hall), *paying_office.owed(hall, "multi_relation_refund")]
    paying_office.release(hall, payables)
    results = [paying_office.reported(payables[0], "returned"), paying_office.reported(payables[1])]
    paying_office.report(hall, results)
    token = Token("gm-1")
    software_token.enrol(hall, "R102", token)
    prepared = hall.T101.accept(hall.example("payment_account_change", 2, nth=1))["case_no"]
    software_token.prepare(hall.R102, prepared)
    unmasked = {"fields": ["id_no"], "reason_code": "inspection", "reason": "抽查"}
    person = payables[0]["person_id"]
    hall.A101.post(f"/api/register/persons/{person}/unmasking", unmasked)
    waits = hall.T101.accept(hall.example("early_retirement_approval", 1, "county"))
    backup = tmp_path / "office.backup"
    holds(office.run("backup", backup))

    holds(goal.run("restore", backup))

    holds(goal.run("verify"))
    with goal.opened() as client:
        after = Hall(client)
        assert software_token.sign(after.R102, token, prepared)["status"] == "completed"
        (again,) = (p for p in paying_office.listed(after) if p["status"] == "returned")
        paying_office.release(after, [again])
        for number in (stood_in, prepared, again["case_no"], waits["case_no"]):
            assert after.A101.findings(number) == []


@pytest.mark.slow
def test_copy_to_another_database(
    kept: Kept, office: Place, elsewhere: Database, goal: Place
) -> None:
    owner = [] if goal.is_sqlite else ["--migration-url", elsewhere.owner_url]

    holds(office.run("copy-to", elsewhere.url, *owner))

    goes_on(kept, office, goal.with_data(office.settings.data_dir))
    again = office.run("copy-to", elsewhere.url, *owner)
    assert (again.code, "isn't empty" in again.err) == (1, True), again


def goes_on(kept: Kept, office: Place, place: Place) -> None:
    """What was there is there; the case that waited is signed; new numbers don't meet old ones."""
    with place.opened() as client:
        stale = client.get("/api/cases", headers={"Authorization": f"Bearer {kept.token}"})
        assert stale.status_code == 401
        hall = Hall(client)
        for number, before in kept.histories.items():
            after = backed_up_office.history(hall, number)
            # PostgreSQL keeps the members of a JSON object in an order of its own.
            same = after if office.is_sqlite == place.is_sqlite else json.loads(after)
            assert same == (before if isinstance(same, str) else json.loads(before))
        assert place.scans(kept.scans) == kept.scans
        again = backed_up_office.post(hall, kept.key, kept.body)
        assert (again.content, again.headers["idempotency-replayed"]) == (kept.answer, "true")
        for signer in ("R101", "D101", "Z101"):
            case = getattr(hall, signer).sign(kept.waiting)
        assert case["status"] == "completed"
        new = hall.T101.accept(hall.example("enrollment_certificate", 3))["case_no"]
        assert new not in kept.histories
        backed_up_office.upload(hall, b"%PDF-1.7 after")
        for number in (*kept.histories, new):
            assert hall.A101.findings(number) == []


@pytest.mark.slow
def test_a_lost_scan_is_said_and_restored_only_when_accepted(
    kept: Kept, office: Place, nearby: Place, tmp_path: Path
) -> None:
    gone, spoiled = sorted(kept.scans)[:2]
    stored = {path.name: path for path in (office.settings.data_dir / "files").rglob("*")}
    stored[gone].unlink()
    stored[spoiled].write_bytes(stored[spoiled].read_bytes()[:-1])
    path = tmp_path / "lossy.backup"

    said = office.run("backup", path)

    assert said.code == 1
    assert [gone[:12] in said.out, spoiled[:12] in said.out] == [True, True]
    refused(nearby, path, "--accept-lost")
    accepted = nearby.run("restore", path, "--accept-lost")
    assert (accepted.code, accepted.out.count("material.gone")) == (1, 2), accepted


@pytest.mark.slow
def test_a_backup_is_one_moment(
    hall: Hall, kept: Kept, office: Place, nearby: Place, tmp_path: Path
) -> None:
    """What people do while it is written is in none of its tables."""
    opened = composition.open_office(office.settings)
    tables = targets.tables()
    path = tmp_path / "moment.backup"
    with path.open("wb") as file, opened.sessions.reading() as session:
        writer = BackupWriter(file)
        said = backups.manifest(session, schema.newest(), tables)
        later = hall.T101.accept(hall.example("enrollment_certificate", 3))["case_no"]
        hall.R101.sign(kept.waiting)
        backed_up_office.upload(hall, b"%PDF-1.7 later")
        backups.write(session, opened.office, tables, said, writer, lambda _: None)
        writer.close()
    opened.sessions.engine.dispose()

    restored = nearby.run("restore", path)

    assert restored.code == 0, restored
    with nearby.opened() as client:
        there = Hall(client)
        assert len(there.T101.history(kept.waiting)["sign_offs"]) == 1
        there.T101.case(later, 404)


@pytest.mark.slow
def test_a_backup_of_an_altered_office_says_so(
    hall: Hall, database: Database, office: Place, tmp_path: Path
) -> None:
    book = books.opened(hall, database)
    with book.engine.begin() as owner:
        owner.exec_driver_sql("UPDATE cases SET amount_cents = amount_cents + 1")
    book.engine.dispose()

    said = office.run("backup", tmp_path / "altered.backup")

    assert (said.code, book.money in said.out) == (1, True), said
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".")) == []
