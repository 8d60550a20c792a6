"""Jobs on several real nodes, one of which is killed: each effect comes once, and the others go on."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text, update
from sqlalchemy.exc import DBAPIError

from api import composition
from api.composition import StartRefused
from api.settings import Settings
from database import connection
from database.connection import Sessions
from jobs import store
from jobs.record import JobState
from oversight import seal_checks, seal_file
from oversight.seal_record import Seal
from tests import sealed_journal, serving
from tests.databases import Cluster, Database, SqliteFiles
from tests.running_server import RunningServer
from tests.running_worker import RunningWorker

pytestmark = pytest.mark.slow
Start = Callable[[], RunningWorker]


@pytest.fixture
def office(server: SqliteFiles | Cluster, tmp_path: Path) -> Iterator[Settings]:
    """The settings of a demo office of today."""
    database = serving.office_of_today(server)
    yield serving.settings_of(database, tmp_path / "data")
    server.drop(database)


@pytest.fixture
def engine(office: Settings) -> Iterator[Engine]:
    found = connection.connect(office.database_url)
    yield found
    found.dispose()


@pytest.fixture
def start(office: Settings, tmp_path: Path) -> Iterator[Start]:
    """Starts one more worker."""
    with ExitStack() as stack:
        started: list[RunningWorker] = []

        def one() -> RunningWorker:
            worker = RunningWorker(office, tmp_path, str(len(started)))
            started.append(worker)
            stack.callback(worker.kill)
            return worker

        yield one


def state(engine: Engine, name: str) -> JobState | None:
    with Sessions(engine).reading() as session:
        return session.execute(select(JobState).where(JobState.name == name)).scalar_one_or_none()


def runs(engine: Engine, name: str) -> int:
    found = state(engine, name)
    return 0 if found is None else found.runs


def test_two_workers_share_the_jobs_and_a_killed_one_is_missed_by_nobody(
    office: Settings, engine: Engine, start: Start
) -> None:
    sessions = Sessions(engine)
    one, other = start(), start()
    one.until(lambda: runs(engine, "seals") > 0)
    for _ in range(3):
        before = runs(engine, "seals")
        sealed_journal.grow(sessions, 2)
        other.until(lambda seen=before: runs(engine, "seals") > seen + 1)  # type: ignore[misc]

    one.kill()
    before = runs(engine, "seals")
    other.until(lambda: runs(engine, "seals") > before + 2)

    assert other.stop() == 0, other.said()
    assert '"level": "error"' not in other.said()
    kept = list(seal_file.read(seal_file.place(office.data_dir)))
    with sessions.reading() as session:
        made = session.execute(select(Seal.seal_no).order_by(Seal.seal_no)).scalars().all()
        assert list(seal_checks.check(session)) == []
    # One node at a time: each seal stands once in the file, in order.
    assert [said["seal_no"] for said in kept] == list(made)
    ended = state(engine, "seals")
    assert ended is not None
    assert (ended.failures, ended.holder) == (0, None)


def test_what_a_killed_worker_was_at_is_taken_over_when_its_lease_ends(
    office: Settings, engine: Engine, start: Start
) -> None:
    """It is stopped in the middle of its work, for a test holds up the seal file, and killed there."""
    one = start()
    one.until(lambda: runs(engine, "seals") > 0)
    # A pipe nobody reads: whoever opens it to write waits for ever.
    place = seal_file.place(office.data_dir)
    kept = place.read_bytes()
    place.unlink()
    os.mkfifo(place)
    sealed_journal.grow(Sessions(engine), 1)
    one.until(lambda: _is_stuck(engine))
    one.kill()
    place.unlink()
    place.write_bytes(kept)

    left = state(engine, "seals")
    assert left is not None
    assert left.leased_until is not None
    # A minute or two are not waited for: the lease is as over as if they were.
    with Sessions(engine).command() as session:
        soon = datetime.now(UTC) + timedelta(seconds=12)
        session.execute(update(JobState).where(JobState.name == "seals").values(leased_until=soon))
    other = start()
    other.until(lambda: runs(engine, "seals") > left.runs)

    assert other.stop() == 0, other.said()
    taken = state(engine, "seals")
    assert taken is not None
    assert taken.started_at is not None
    assert taken.started_at >= soon
    assert (taken.failures, taken.holder) == (0, None)
    said = list(seal_file.read(place))
    with Sessions(engine).reading() as session:
        made = session.execute(select(Seal.seal_no).order_by(Seal.seal_no)).scalars().all()
    assert [one["seal_no"] for one in said] == list(made)


def test_old_ticks_are_forgotten_those_of_dead_nodes_too(
    office: Settings, engine: Engine, start: Start
) -> None:
    one = start()
    one.until(lambda: runs(engine, "ticks") > 0 and runs(engine, "seals") > 2)
    ticks = store.connect(office.database_url)
    named = "workflow_status" if ticks.dialect.name == "sqlite" else "dbos.workflow_status"
    with ticks.begin() as opened:
        opened.execute(text(f"UPDATE {named} SET created_at = created_at - 86400000"))  # noqa: S608
        opened.execute(text(f"UPDATE {named} SET status = 'PENDING', executor_id = 'dead'"))  # noqa: S608
    with Sessions(engine).command() as session:
        early = datetime.now(UTC) - timedelta(minutes=1)
        session.execute(update(JobState).where(JobState.name == "ticks").values(due_at=early))

    one.until(lambda: runs(engine, "ticks") > 1)

    told = state(engine, "ticks")
    assert told is not None
    assert told.failing is None, one.said()
    assert told.result["removed"] > 2
    with ticks.connect() as opened:
        dead = opened.execute(text(f"SELECT count(*) FROM {named} WHERE executor_id = 'dead'"))  # noqa: S608
        assert dead.scalar_one() == 0
    ticks.dispose()
    assert one.stop() == 0, one.said()


def test_serve_runs_the_jobs_in_every_worker_unless_told_not_to(
    office: Settings, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONGBAN_SEAL_SECONDS", "1")
    server = RunningServer(office, tmp_path)
    try:
        server.start("--workers", "2")
        server.wait_until_ready()
        serving.until(lambda: runs(engine, "seals") > 1, server)
        server.tell(signal.SIGTERM)
        assert server.end() == 0, server.said()

        monkeypatch.setenv("TONGBAN_JOBS", "off")
        before = runs(engine, "seals")
        server.start("--workers", "1")
        server.wait_until_ready()
        server.tell(signal.SIGINT)
        assert server.end() == 0, server.said()
        assert runs(engine, "seals") == before
    finally:
        server.kill()


def test_a_worker_needs_the_schema_of_its_ticks(database: Database, settings: Settings) -> None:
    """On PostgreSQL only the owner makes it; the application may use it, and alter none of it."""
    if database.kind == "sqlite":
        return
    engine = connection.connect(database.owner_url)
    app = connection.connect(database.url)
    with app.connect() as opened:
        assert opened.execute(text("SELECT count(*) FROM dbos.workflow_status")).scalar_one() == 0
        for sentence in ("CREATE TABLE dbos.own (n int)", "DROP TABLE dbos.workflow_status"):
            with pytest.raises(DBAPIError), opened.begin_nested():
                opened.execute(text(sentence))
    app.dispose()
    with engine.begin() as opened:
        opened.execute(text("DROP SCHEMA dbos CASCADE"))
    engine.dispose()
    with pytest.raises(StartRefused, match="tongban migrate"):
        composition.require_ticks(settings)


def _is_stuck(engine: Engine) -> bool:
    """Whether somebody has been sealing for longer than it takes."""
    found = state(engine, "seals")
    if found is None or found.holder is None or found.started_at is None:
        return False
    return datetime.now(UTC) - found.started_at > timedelta(seconds=2)
