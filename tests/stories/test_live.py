"""A watched case: its page is told where it is whenever it moves on, as long as that is its business."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest
import uvicorn
from starlette.testclient import TestClient

from database.clock import FixedClock
from tests.people import Hall
from web import texts
from web.casework.live import MOST_OF_A_SIGN_IN, Streams


@pytest.fixture
def streams(client: TestClient) -> Streams:
    """The streams of the office, fifty times as fast."""
    found: Streams = client.app.state.streams  # type: ignore[attr-defined]
    found.second_milliseconds = 20
    return found


@pytest.fixture
def address(client: TestClient, streams: Streams) -> Iterator[str]:
    """Where the office serves for real: a stream is read while others act."""
    config = uvicorn.Config(client.app, port=0, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    streams.stopping = lambda: True
    server.should_exit = True
    thread.join()


@pytest.fixture
def at_window(hall: Hall) -> str:
    """A level-2 case whose client waits at the window."""
    number: str = hall.T101.accept(hall.example("payment_account_change", 2))["case_no"]
    return number


class Watched:
    """A stream that is read as it comes."""

    def __init__(self, answer: httpx2.Response) -> None:
        self.answer = answer
        self._lines = answer.iter_lines()
        self.ids: list[str] = []

    def next_step(self) -> Any:
        """What the next event tells; None where the stream ends before one comes."""
        for line in self._lines:
            if line.startswith("id: "):
                self.ids.append(line.removeprefix("id: "))
            if line.startswith("data: "):
                return json.loads(line.removeprefix("data: "))
        return None


@contextlib.contextmanager
def watching(
    address: str, hall: Hall, case_no: str, staff_no: str = "T101", **headers: str
) -> Iterator[Watched]:
    asked = {**getattr(hall, staff_no).headers, **headers}
    path = f"{address}/live/cases/{case_no}"
    with httpx2.stream("GET", path, headers=asked, timeout=60) as answer:
        yield Watched(answer)


def test_a_page_is_told_each_move(address: str, hall: Hall, at_window: str) -> None:
    with watching(address, hall, at_window) as watched:
        assert watched.answer.headers["content-type"].startswith("text/event-stream")
        assert watched.answer.headers["cache-control"] == "no-store"
        first = watched.next_step()
        task = hall.R101.case(at_window)["waiting"][0]["task_id"]
        hall.R101.post(f"/api/tasks/{task}/claim")
        claimed = watched.next_step()
        hall.R101.sign(at_window)
        signed = watched.next_step()
        after = watched.next_step()

    assert (first["status"], first["step"], first["by"]) == ("in_progress", "review", None)
    assert first["title"] == texts.translate("zh", "Review")
    assert (claimed["step"], claimed["by"]["staff_no"]) == ("review", "R101")
    assert (signed["status"], signed["step"]) == ("completed", None)
    assert after is None, "the stream ends with the case"


def test_a_browser_that_comes_back_to_an_ended_case_is_told_to_stay_away(
    address: str, hall: Hall, at_window: str
) -> None:
    hall.R101.sign(at_window)
    with watching(address, hall, at_window) as watched:
        assert watched.next_step()["status"] == "completed"
        (mark,) = watched.ids

    with watching(address, hall, at_window, **{"Last-Event-ID": mark}) as again:
        assert again.answer.status_code == 204


def test_a_sign_in_that_ends_ends_its_streams(
    address: str, hall: Hall, at_window: str, streams: Streams
) -> None:
    with watching(address, hall, at_window) as watched:
        watched.next_step()
        hall.client.delete("/api/session", headers=hall.T101.headers)
        assert watched.next_step() is None
    with watching(address, hall, at_window) as refused:
        assert refused.answer.status_code == 401
    assert not streams.of


def test_watching_is_no_sign_of_life(
    address: str, hall: Hall, at_window: str, clock: FixedClock
) -> None:
    with watching(address, hall, at_window) as watched:
        watched.next_step()
        clock.moment += timedelta(minutes=59)
    with watching(address, hall, at_window) as watched:
        watched.next_step()
        clock.moment += timedelta(minutes=2)
        assert watched.next_step() is None, "an hour without a request of his own"


def test_foreign_and_unknown_cases_are_not_there(address: str, hall: Hall, at_window: str) -> None:
    for staff_no, case_no in (("T201", at_window), ("T101", "no-such-case")):
        with watching(address, hall, case_no, staff_no) as watched:
            assert watched.answer.status_code == 404
            assert json.loads(watched.answer.read())["rule"] == "case.not_found"


def test_a_sign_in_watches_four_at_most(
    address: str, hall: Hall, at_window: str, streams: Streams
) -> None:
    with contextlib.ExitStack() as opened:
        there = [watching(address, hall, at_window) for _ in range(MOST_OF_A_SIGN_IN)]
        read = [opened.enter_context(watched) for watched in there]
        assert all(watched.next_step() for watched in read)
        with watching(address, hall, at_window) as refused:
            assert json.loads(refused.answer.read())["rule"] == "live.too_many"
        other = opened.enter_context(watching(address, hall, at_window, "T102"))
        assert other.next_step()
    # Whoever goes away is noticed at the next look, and makes room.
    deadline = time.monotonic() + 60
    while streams.of and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not streams.of


def test_a_stream_holds_no_connection_between_its_looks(
    address: str, hall: Hall, at_window: str, client: TestClient, streams: Streams
) -> None:
    # Seldom enough that sixteen of them leave a slow machine's pool idle between their looks.
    streams.second_milliseconds = 500
    pool = client.app.state.sessions.engine.pool  # type: ignore[attr-defined]
    people = ("T101", "T102", "T103", "R101")
    there = [watching(address, hall, at_window, name) for name in people * MOST_OF_A_SIGN_IN]
    with contextlib.ExitStack() as opened:
        read = [opened.enter_context(watched) for watched in there]
        assert all(watched.next_step() for watched in read)
        deadline, least = time.monotonic() + 60, pool.checkedout()
        while least and time.monotonic() < deadline:
            time.sleep(0.001)
            least = pool.checkedout()
        assert least == 0, "sixteen streams, and at times no connection at all"
