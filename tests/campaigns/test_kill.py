"""The server is killed under load: what was answered is there, what was in doubt has one effect at last.

Each round six people act at once over real connections; at a random moment SIGKILL ends the server, it
is started again over the same database, and every act of the round is asked again under its key. Nobody
stops before the crash, so each round leaves all six in doubt about at least one act.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api import composition
from api.settings import Settings
from database import connection
from database.connection import Sessions
from engine.office import Office
from engine.record import Case
from oversight import verification
from tests import conftest, databases, forked_servers, office_kept, office_load, serving, wire
from tests.campaign import Campaign
from tests.databases import Cluster, Database, SqliteFiles
from tests.forked_servers import Nursery
from tests.office_load import STAFF, Load
from tests.people import PASSWORD
from tests.running_server import RunningServer
from tests.wire import Act, Wire

# A fresh database after so many rounds: what is compared in each grows with what is there.
ROUNDS_A_DATABASE = 10
MOST_ANSWERS_BEFORE = 30
READER = "A101"
# What an office may answer whose people get in each other's way; a defect or an overload is neither.
REFUSED = frozenset({403, 409, 422})


@dataclass(slots=True)
class Scene:
    """One office, its server and all that was asked of it."""

    settings: Settings
    server: RunningServer
    campaign: Campaign
    office: Office
    load: Load = field(init=False)
    tokens: dict[str, str] = field(init=False)

    def begin(self) -> None:
        """Start the server the first time, and sign everybody in."""
        self.server.start()
        self.server.wait_until_ready()
        everybody = (*STAFF, READER)
        self.tokens = {one: wire.sign_in(self.server.port, one, PASSWORD) for one in everybody}
        with closing(Wire(self.server.port, self.tokens[READER])) as reader:
            bodies = office_load.bodies(reader.get("/api/demo"))
        self.load = Load(bodies, self.campaign.choices)

    def round(self, crash: Callable[[], None], come_back: Callable[[], None]) -> None:
        """Load until the crash; look at the rows as they are; ask for everything again, and look."""
        answers = self.campaign.choices.randint(0, MOST_ANSWERS_BEFORE)
        acts = self.load.run(self.server.port, self.tokens, answers, crash)
        come_back()
        self._verify(acts)
        self.server.wait_until_ready()
        self._ask_again(acts)
        with self._looking() as session:
            office_kept.check(session, self.office, self.load.acts)

    def end(self) -> None:
        """Verify the whole office."""
        with self._looking() as session:
            assert list(verification.verify_office(session, self.office)) == []
            self.campaign.counts["cases"] += len(_numbers(session))

    def _verify(self, acts: Sequence[Act]) -> None:
        """Nothing is half-done: in no case of this round, and in none that nobody knows of yet."""
        known = {act.case_no for act in self.load.acts}
        touched = {act.case_no for act in acts}
        with self._looking() as session:
            for number in _numbers(session):
                if number in touched or number not in known:
                    assert verification.verify_case(session, self.office, number) == []

    def _ask_again(self, acts: Sequence[Act]) -> None:
        # A connection for each: a busy machine lets one idle until the server hangs up.
        for act in acts:
            with closing(Wire(self.server.port, self.tokens[act.staff_no])) as own:
                self._ask_once_more(act, own)
        told = office_kept.seen_as_told(self.load.acts)
        with closing(Wire(self.server.port, self.tokens[READER])) as reader:
            for number in {act.case_no for act in acts if act.done and act.case_no}:
                assert reader.get(f"/api/cases/{number}")["seen"] in told[number]

    def _ask_once_more(self, act: Act, own: Wire) -> None:
        if act.answer is None:
            self._settle(act, own)
        elif act.done:
            assert own.send(act) == replace(act.answer, replayed=True), act.kind
            self.campaign.counts["acknowledged"] += 1
        else:
            assert act.answer.status in REFUSED, (act.answer, self.server.said())
            self.campaign.counts["refused"] += 1

    def _settle(self, act: Act, own: Wire) -> None:
        """What was in doubt had happened or happens now, once; or it is refused and hadn't."""
        counts = self.campaign.counts
        answer = own.send(act)
        assert answer is not None, self.server.said()
        counts["in doubt"] += 1
        if act.unread:
            # Its answer had come before the crash, so it was committed before.
            assert answer.replayed, act.kind
            counts["in doubt, with its answer unread"] += 1
        if answer.done:
            counts[f"in doubt, {'had happened' if answer.replayed else 'had not happened'}"] += 1
            assert own.send(act) == replace(answer, replayed=True), act.kind
        else:
            assert answer.status in REFUSED, (answer, self.server.said())
            counts["in doubt, refused"] += 1
        self.load.heard(act, answer)

    @contextmanager
    def _looking(self) -> Iterator[Session]:
        """Read the rows; at the moment of a crash nobody but the server has the database open."""
        sessions = Sessions(connection.connect(self.settings.database_url))
        try:
            with sessions.reading() as session:
                yield session
        finally:
            sessions.engine.dispose()


def _numbers(session: Session) -> list[str]:
    return list(session.execute(select(Case.case_no).order_by(Case.case_id)).scalars())


@contextmanager
def _opened(database: Database, data_dir: Path) -> Iterator[composition.Opened]:
    opened = composition.open_office(conftest._settings(database, data_dir))
    try:
        yield opened
    finally:
        opened.sessions.engine.dispose()


@contextmanager
def _scene(
    server: SqliteFiles | Cluster, folder: Path, campaign: Campaign, nursery: Nursery, name: str
) -> Iterator[Scene]:
    """A fresh office whose server runs; at the end all of it verifies."""
    database = serving.office_of_today(server)
    settings = conftest._settings(database, folder / name)
    with _opened(database, settings.data_dir) as opened:
        office = opened.office
    scene = Scene(settings, RunningServer(settings, folder, nursery), campaign, office)
    try:
        scene.begin()
        yield scene
        scene.end()
    finally:
        scene.server.kill()
        server.drop(database)


def _rounds(campaign: Campaign) -> Iterator[tuple[int, list[int]]]:
    for first in range(0, campaign.budget, ROUNDS_A_DATABASE):
        yield first, list(range(first, min(first + ROUNDS_A_DATABASE, campaign.budget)))


def _check_counts(campaign: Campaign, crashes: int) -> None:
    counts = campaign.counts
    # Everybody's last act of a round is one that the crash cut off.
    assert counts["in doubt"] >= crashes * len(STAFF)
    # Measured, in thirty rounds: six hundred and more, thirty and more, a hundred and more.
    assert counts["acknowledged"] > crashes
    assert counts["in doubt, with its answer unread"] > 0
    assert counts["in doubt, had not happened"] > 0


@pytest.mark.campaign(test=30, long=10_000)
def test_sqlite_server_killed(tmp_path: Path, campaign: Campaign) -> None:
    files = SqliteFiles(tmp_path)
    with forked_servers.loaded() as nursery:
        for first, rounds in _rounds(campaign):
            with _scene(files, tmp_path, campaign, nursery, f"data-{first}") as scene:
                for _ in rounds:
                    scene.round(scene.server.kill, scene.server.start)
                    campaign.counts["kills"] += 1
    _check_counts(campaign, campaign.counts["kills"])


@pytest.mark.postgresql
@pytest.mark.campaign(test=30, long=2_000)
def test_postgresql_server_killed(tmp_path: Path, campaign: Campaign) -> None:
    """Before each third kill PostgreSQL itself ends with every process, and the living server recovers."""
    with databases.cluster(tmp_path / "key") as cluster, forked_servers.loaded() as nursery:
        cluster.keep_what_was_committed()
        for first, rounds in _rounds(campaign):
            with _scene(cluster, tmp_path, campaign, nursery, f"data-{first}") as scene:
                for number in rounds:
                    if number % 3 == 0:
                        scene.round(cluster.crash, cluster.start_again)
                        campaign.counts["database crashes"] += 1
                    scene.round(scene.server.kill, scene.server.start)
                    campaign.counts["kills"] += 1
    _check_counts(campaign, campaign.counts["kills"])
