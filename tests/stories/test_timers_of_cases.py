"""Cases that wait for a deadline run on by themselves once it is over, and one that can't stops no other."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api import app
from api.settings import Settings
from database.clock import FixedClock
from engine.timing import timers
from tests import awaited_days
from tests.jobs_office import JobsOffice
from tests.people import Hall, Person


@pytest.fixture
def hall(settings: Settings, clock: FixedClock, tmp_path: Path) -> Iterator[Hall]:
    """The people of an office with a process that is made public first."""
    folder = awaited_days.write(tmp_path / "further")
    with TestClient(
        app.create_app(replace(settings, processes=folder), clock),
        base_url="http://127.0.0.1:8000",
        client=("127.0.0.1", 50_000),
    ) as client:
        yield Hall(client)


@pytest.mark.slow
def test_cases_run_on_when_their_days_are_over(
    hall: Hall, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several nodes, a few cases a turn: each elapses once."""
    monkeypatch.setattr("jobs.timers.BATCH", 1)
    jobs = JobsOffice(hall, clock)
    example = hall.example(awaited_days.CODE, 1, "county")
    numbers = [hall.T101.accept(example)["case_no"] for _ in range(3)]

    jobs.pass_time(days=awaited_days.DAYS)
    jobs.runner.run("timers")
    jobs.runner.tick()
    assert jobs.result("timers") == {"elapsed": 0, "failing": {}}
    jobs.pass_time(days=1)
    jobs.runner.tick()
    assert jobs.result("timers") == {"elapsed": 3, "failing": {}}
    jobs.pass_time(minutes=2)
    jobs.node().tick()
    assert jobs.result("timers") == {"elapsed": 0, "failing": {}}

    handler = Person(hall.client, "B101")
    for number in numbers:
        assert [w["step"] for w in handler.case(number)["waiting"]] == ["handle"]
    auditor = Person(hall.client, "A101")
    assert all(auditor.findings(number) == [] for number in numbers)


def test_a_case_that_cannot_run_on_stops_no_other_and_is_tried_again(
    hall: Hall, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = JobsOffice(hall, clock)
    example = hall.example(awaited_days.CODE, 1, "county")
    bad, good = (hall.T101.accept(example)["case_no"] for _ in range(2))
    elapse, tried = timers.elapse, []

    def broken(session: Any, office: Any, case_no: str, timer_id: int) -> Any:
        tried.append(case_no)
        if case_no == bad:
            raise ZeroDivisionError
        return elapse(session, office, case_no, timer_id)

    monkeypatch.setattr(timers, "elapse", broken)
    jobs.pass_time(days=awaited_days.DAYS + 1)
    jobs.runner.tick()

    told = jobs.result("timers")
    assert (told["elapsed"], tried) == (1, [bad, good])
    (failing,) = told["failing"].values()
    assert (failing["case_no"], failing["failure"], failing["failures"]) == (
        bad,
        "ZeroDivisionError",
        1,
    )
    assert jobs.state("timers").failing is None
    # A minute later it fails once more, and then waits a minute: the job comes, and leaves it alone.
    for tries in (2, 3):
        jobs.pass_time(seconds=61)
        jobs.runner.tick()
        assert len(tried) == tries + 1
    jobs.pass_time(seconds=61)
    jobs.runner.tick()
    assert len(tried) == 4

    monkeypatch.setattr(timers, "elapse", elapse)
    jobs.pass_time(minutes=5)
    jobs.runner.tick()
    assert jobs.result("timers") == {"elapsed": 1, "failing": {}}
    assert Person(hall.client, "B101").case(bad)["waiting"][0]["step"] == "handle"
