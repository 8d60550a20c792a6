"""What every test can ask for: a database on SQLite and on PostgreSQL, an office over it, its people.

A test that asks for ``database`` (or for anything built on it) runs twice, once on each; what it finds
is a fresh demo office of its own. A run without PostgreSQL tests starts no PostgreSQL.
"""

import os
import random
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from starlette.testclient import TestClient

import api.loading
from api import app, composition
from api.application import Application
from api.demonstration import demo
from api.settings import Settings
from database import keys, migrating
from database.clock import FixedClock
from jobs import store
from tests import campaign as campaigns
from tests import collected, compiled_once, databases, linked, scratch, stretched, tables_once
from tests.campaign import Campaign
from tests.databases import APP, Cluster, Database, SqliteFiles
from tests.people import Hall

api.loading.loaded()

# A Monday at ten in the morning at the office, an ordinary working day.
MOMENT = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
TEMPLATE_DATA = "template-data"
BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]

# In CI the same examples every time; at the desk new ones, with a seed by which they come again.
hypothesis.settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
hypothesis.settings.register_profile("desk", deadline=None, print_blob=True)
hypothesis.settings.register_profile("long", deadline=None, print_blob=True, max_examples=5_000)


class TickingClock(FixedClock):
    """Moves on by a millisecond whenever it is read, as a real one does: no two readings are equal."""

    def now(self) -> datetime:
        """The moment after the one that was told before."""
        self.moment += timedelta(milliseconds=1)
        return self.moment


def pytest_addoption(parser: pytest.Parser) -> None:
    """The size of campaigns."""
    parser.addoption("--long", action="store_true", help="run campaigns at their full size")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Choose where files go, and Hypothesis's profile and seed, unless the command line did."""
    scratch.choose()
    stretched.remember()
    compiled_once.remember()
    tables_once.remember()
    collected.in_larger_lots()
    chosen = config.getoption("--hypothesis-profile")
    profile = chosen or ("ci" if "CI" in os.environ else "desk")
    hypothesis.settings.load_profile(profile)
    told = getattr(config, "workerinput", {}).get("hypothesis_seed")
    if profile != "ci" and config.getoption("--hypothesis-seed") is None:
        config.option.hypothesis_seed = told or str(random.SystemRandom().randrange(2**32))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first: split over processes, none is left alone with one of them at the end."""
    items.sort(
        key=lambda item: (
            item.get_closest_marker("campaign") is None,
            item.get_closest_marker("browser") is None,
        )
    )


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, Any, Any]:
    """Every module is imported, every test is found: all that stays to the end."""
    with collected.undisturbed():
        return (yield)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each process of a run split over several the seed of the whole."""
    node.workerinput["hypothesis_seed"] = node.config.getoption("--hypothesis-seed")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what the campaigns did, and how to get the same examples again."""
    campaigns.report(terminalreporter)
    seed = terminalreporter.config.getoption("--hypothesis-seed")
    said = "the fixed examples of CI" if seed is None else f"--hypothesis-seed={seed}"
    terminalreporter.write_line(f"hypothesis: {said}")


@pytest.fixture
def campaign(request: pytest.FixtureRequest) -> Iterator[Campaign]:
    """Budget, choices and counts of a campaign; what it did is said at the end of the run."""
    found = campaigns.of(request)
    yield found
    request.node.user_properties.append((campaigns.PROPERTY, found.line()))


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    """SQLite databases of this run."""
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A PostgreSQL cluster of this run (of this worker, where several run)."""
    with databases.cluster(tmp_path_factory.mktemp("postgresql") / "key") as started:
        yield started


@pytest.fixture(params=BOTH)
def server(request: pytest.FixtureRequest) -> SqliteFiles | Cluster:
    """Where this test's databases come from: each of the two in turn."""
    named = {"sqlite": "sqlite_files", "postgresql": "postgresql_cluster"}[request.param]
    found: SqliteFiles | Cluster = request.getfixturevalue(named)
    return found


@pytest.fixture
def empty_database(server: SqliteFiles | Cluster) -> Iterator[Database]:
    """A database without any table."""
    database = server.empty()
    yield database
    server.drop(database)


@pytest.fixture
def database(server: SqliteFiles | Cluster) -> Iterator[Database]:
    """A migrated database with the demo office in it, for this test alone."""
    database = server.filled(demo_office)
    yield database
    server.drop(database)


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    """The settings of an office over ``database``, with a data folder of its own.

    The versions of processes that its template kept are there, as the rows of the database are.
    """
    kept = database.keys.parent / TEMPLATE_DATA / "definitions"
    linked.again(kept, tmp_path / "data" / "definitions")
    return _settings(database, tmp_path / "data")


@pytest.fixture
def clock() -> FixedClock:
    """The clock of the office: just after ``MOMENT``, until a test moves it."""
    return TickingClock(MOMENT)


@pytest.fixture
def start_office(settings: Settings, clock: FixedClock) -> Iterator[Callable[[], TestClient]]:
    """Starts an application over ``settings``; each call is a restart, or one more node."""
    with ExitStack() as running:
        yield lambda: running.enter_context(_client(app.create_app(settings, clock)))


@pytest.fixture
def client(start_office: Callable[[], TestClient]) -> TestClient:
    """A client, on this machine, of an application over a fresh demo office."""
    return start_office()


@pytest.fixture
def hall(client: TestClient) -> Hall:
    """The people of the demo office."""
    return Hall(client)


def _client(application: Application) -> TestClient:
    return TestClient(application, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50_000))


def _settings(database: Database, data_dir: Path) -> Settings:
    return Settings(
        database_url=database.url,
        data_dir=data_dir,
        key_file=database.keys,
        migration_url=database.migration_url,
        # A test seals when it says so.
        seal_seconds=0,
    )


def demo_office(database: Database) -> None:
    """Fill a template: the newest schema and the demo office, as ``tongban migrate`` and ``demo`` do."""
    keys.install(keys.load(database.keys))
    role = None if database.migration_url is None else APP
    migrating.migrate(database.owner_url, app_role=role)
    store.migrate(database.owner_url, role)
    chosen = _settings(database, database.keys.parent / TEMPLATE_DATA)
    opened = composition.open_office(chosen, FixedClock(MOMENT))
    with opened.sessions.command() as session:
        demo.load(session)
    composition.take_effect(opened)
    opened.sessions.engine.dispose()
