"""``tongban serve`` told to stop: it finishes what it began, takes no more, and its exit code says so.

Real processes: signals, sockets and exit codes are what this is about.
"""

import http.client
import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from sqlalchemy import select

from api.settings import Settings
from database import connection
from database.connection import Sessions
from engine.record import Case
from tests import serving
from tests.databases import Cluster, SqliteFiles
from tests.running_server import RunningServer
from tests.serving import HalfSent

Start = Callable[[str], RunningServer]
pytestmark = pytest.mark.slow


@pytest.fixture
def office(server: SqliteFiles | Cluster, tmp_path: Path) -> Iterator[Settings]:
    """The settings of a demo office of today."""
    database = serving.office_of_today(server)
    yield serving.settings_of(database, tmp_path / "data")
    server.drop(database)


@pytest.fixture
def start(office: Settings, tmp_path: Path) -> Iterator[Start]:
    """Starts a server with so many workers, and waits until all of them serve."""
    with ExitStack() as stack:

        def started(workers: str) -> RunningServer:
            server = RunningServer(office, tmp_path)
            stack.callback(server.kill)
            server.start("--workers", workers)
            server.wait_until_ready()
            if workers != "1":
                serving.until(lambda: len(serving.workers(server)) == int(workers), server)
            return server

        yield started


def begin(server: RunningServer) -> HalfSent:
    """An acceptance whose second half is not sent yet, and which a worker is reading."""
    begun = HalfSent(server, serving.sign_in(server), "/api/cases", serving.an_example(server))
    serving.until(lambda: serving.in_progress(server) == 1, server)
    return begun


def case_numbers(office: Settings) -> list[str]:
    """The cases there are."""
    sessions = Sessions(connection.connect(office.database_url))
    with sessions.reading() as session:
        found = list(session.execute(select(Case.case_no)).scalars())
    sessions.engine.dispose()
    return found


@pytest.mark.parametrize("workers", ["1", "2"])
def test_what_was_begun_is_finished(office: Settings, start: Start, workers: str) -> None:
    server = start(workers)
    with closing(begin(server)) as begun:
        server.tell(signal.SIGTERM)
        serving.until(lambda: serving.is_closed(server), server)

        answer = begun.finish()

        assert answer.status == 201, server.said()
        case_no = json.loads(answer.read())["case_no"]
        assert server.end() == 0, server.said()
    assert case_numbers(office) == [case_no]
    assert '"level": "error"' not in server.said()


@pytest.mark.parametrize(
    ("workers", "last"),
    [("1", signal.SIGTERM), ("2", signal.SIGTERM), ("1", signal.SIGALRM)],
)
@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_second_signal_ends_it_anyway(
    office: Settings, start: Start, workers: str, last: signal.Signals
) -> None:
    """So does the alarm that the server sets itself, half a minute after the first signal."""
    running = start(workers)
    with closing(begin(running)) as begun:
        running.tell(signal.SIGTERM)
        serving.until(lambda: serving.is_closed(running), running)
        running.tell(last)

        assert running.end() == 1, running.said()
        with pytest.raises((OSError, http.client.HTTPException)):
            begun.heard()
    assert case_numbers(office) == []


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
@pytest.mark.parametrize("sig", [signal.SIGINT, signal.SIGTERM])
def test_every_process_is_told_at_once(start: Start, sig: signal.Signals) -> None:
    """As Ctrl+C in a terminal does, and systemd: the supervisor's word to its workers is no second one."""
    running = start("2")
    with closing(begin(running)) as begun:
        for worker in serving.workers(running):
            os.kill(worker, sig)
        running.tell(sig)
        serving.until(lambda: serving.is_closed(running), running)

        assert begun.finish().status == 201
        assert running.end() == 0, running.said()


def test_workers_stand_in_for_each_other(start: Start) -> None:
    """Each serves alone while the other stands still; one that is killed is replaced; counts stay."""
    server = start("2")
    one, other = sorted(serving.workers(server))
    for stopped in (one, other):
        os.kill(stopped, signal.SIGSTOP)
        serving.ask(server, "GET", "/healthz")
        assert json.loads(serving.ask(server, "GET", "/readyz"))["status"] == "ready"
        os.kill(stopped, signal.SIGCONT)
    assert serving.checks_counted(server) == 2

    os.kill(one, signal.SIGKILL)
    serving.until(lambda: one not in serving.workers(server), server)
    assert serving.checks_counted(server) == 2
    serving.until(lambda: len(serving.workers(server)) == 2, server)
    os.kill(other, signal.SIGKILL)
    serving.until(lambda: other not in serving.workers(server), server)

    serving.ask(server, "GET", "/healthz")
    assert serving.checks_counted(server) == 3
    serving.ask(server, "POST", "/api/cases", serving.an_example(server), serving.sign_in(server))
    server.tell(signal.SIGTERM)
    assert server.end() == 0, server.said()


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_workers_don_t_outlive_their_supervisor(start: Start) -> None:
    running = start("2")
    with closing(begin(running)) as begun:
        running.tell(signal.SIGKILL)
        serving.until(lambda: serving.is_closed(running), running)

        assert begun.finish().status == 201
