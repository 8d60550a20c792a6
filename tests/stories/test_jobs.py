"""The jobs behind the requests: when they are due, who takes them, what becomes of those that fail."""

import threading
from collections.abc import Callable
from datetime import time, timedelta

import pytest
from starlette.testclient import TestClient

from database.clock import FixedClock
from database.refusals import Unavailable
from jobs import leases
from jobs.job import Job, Outcome, Turn
from jobs.turns import Runner
from tests.conftest import MOMENT
from tests.jobs_office import JobsOffice
from tests.people import Hall

MINUTE = timedelta(minutes=1)


class Broken(Exception):  # noqa: N818 - it says what happened
    """A defect in a job."""


@pytest.fixture
def jobs(hall: Hall, clock: FixedClock) -> JobsOffice:
    return JobsOffice(hall, clock)


def counting(name: str = "counted", **due: object) -> tuple[Job, list[str]]:
    """A job, and the places it was handed."""
    turns: list[str] = []

    def run(turn: Turn) -> Outcome:
        turns.append(turn.place or "")
        return Outcome({"turns": len(turns)})

    return Job(name, run, **due), turns  # type: ignore[arg-type]


def test_a_job_runs_when_it_is_due_and_not_before(jobs: JobsOffice) -> None:
    job, turns = counting(every=MINUTE)
    node = jobs.node(job)

    assert node.tick() == ["counted"]
    assert node.tick() == []
    jobs.pass_time(seconds=59)
    assert node.tick() == []
    jobs.pass_time(seconds=2)
    assert node.tick() == ["counted"]

    assert len(turns) == 2
    state = jobs.state("counted")
    assert (state.runs, state.failures, state.holder) == (2, 0, None)
    assert state.result == {"turns": 2}


def test_a_job_that_comes_late_keeps_its_grid_and_misses_no_two_at_once(jobs: JobsOffice) -> None:
    job, turns = counting(every=MINUTE)
    node = jobs.node(job)
    node.tick()
    due_at = jobs.state("counted").due_at

    jobs.pass_time(seconds=75)
    node.tick()
    assert jobs.state("counted").due_at == due_at + MINUTE
    jobs.pass_time(hours=5)
    node.tick()
    node.tick()

    assert len(turns) == 3


def test_a_nightly_job_is_due_at_the_office_s_own_hour(jobs: JobsOffice) -> None:
    """The office's day is Shanghai's: one in the morning is five in the afternoon of the day before."""
    job, turns = counting(at=time(1, 0))
    node = jobs.node(job)
    node.tick()

    assert turns == []
    due_at = jobs.state("counted").due_at
    assert due_at == MOMENT.replace(hour=17, minute=0)
    jobs.clock.moment = due_at
    assert node.tick() == ["counted"]
    assert jobs.state("counted").due_at == due_at + timedelta(days=1)


def test_a_job_goes_on_where_it_left_off(jobs: JobsOffice) -> None:
    places: list[str | None] = []

    def run(turn: Turn) -> Outcome:
        places.append(turn.place)
        return Outcome(
            {"left": 3 - len(places)}, "abc"[len(places) - 1] if len(places) < 3 else None
        )

    node = jobs.node(Job("long", run))
    assert [node.tick() for _ in range(4)] == [["long"], ["long"], ["long"], []]
    assert places == [None, "a", "b"]
    assert jobs.result("long") == {"left": 0}


def test_one_bad_job_stops_no_other_and_is_tried_again_later_each_time(jobs: JobsOffice) -> None:
    def run(turn: Turn) -> Outcome:
        del turn
        raise Broken("13912345678")

    other, turns = counting(every=MINUTE)
    node = jobs.node(Job("bad", run, every=MINUTE), other)

    assert node.tick() == ["bad", "counted"]
    assert len(turns) == 1
    waits = []
    for _ in range(3):
        state = jobs.state("bad")
        assert state.failing == "Broken"
        assert state.ended_at is not None
        waits.append((state.due_at - state.ended_at).seconds)
        jobs.clock.moment = state.due_at
        node.run("bad")
    assert waits == [30, 60, 120]
    assert jobs.state("bad").failed_runs == 4
    # The kind, and nothing of what it said.
    assert "139" not in str(vars(jobs.state("bad")))


def test_what_was_too_busy_is_no_failure(jobs: JobsOffice) -> None:
    def run(turn: Turn) -> Outcome:
        del turn
        raise Unavailable

    node = jobs.node(Job("busy", run, every=MINUTE))
    node.tick()
    state = jobs.state("busy")
    assert (state.failing, state.failures, state.holder) == (None, 0, None)
    assert state.ended_at is not None
    assert state.due_at - state.ended_at == leases.FIRST_RETRY


def test_two_nodes_never_do_one_job_at_once(jobs: JobsOffice) -> None:
    begun, go = threading.Event(), threading.Event()

    def run(turn: Turn) -> Outcome:
        del turn
        begun.set()
        go.wait(30)
        return Outcome()

    job = Job("slow", run, every=MINUTE)
    one, other = jobs.node(job), jobs.node(job)
    at_it = threading.Thread(target=one.tick)
    at_it.start()
    assert begun.wait(30)
    try:
        assert other.tick() == []
        assert jobs.state("slow").holder == one.holder
    finally:
        go.set()
        at_it.join()
    assert jobs.state("slow").runs == 1


def test_what_a_dead_node_left_is_taken_over_and_it_reports_nothing_any_more(
    jobs: JobsOffice,
) -> None:
    job, turns = counting(every=MINUTE)
    dead, alive = jobs.node(job), jobs.node(job)
    dead._register()
    with jobs.opened.sessions.command() as session:
        held = leases.claim(session, job, jobs.clock.now(), dead.holder)
    assert held is not None

    assert alive.tick() == []
    jobs.pass_time(seconds=31)
    assert alive.tick() == ["counted"]
    # It was not dead after all, only slow: what it says now comes too late.
    with jobs.opened.sessions.command() as session:
        assert not leases.keep(session, held, jobs.clock.now())
        assert not leases.fail(session, held, jobs.clock.now(), "Broken")

    assert len(turns) == 1
    assert (jobs.state("counted").failing, jobs.state("counted").runs) == (None, 1)


def test_a_node_that_stops_gives_back_what_it_is_at(jobs: JobsOffice) -> None:
    runner: list[Runner] = []

    def run(turn: Turn) -> Outcome:
        threading.Thread(target=runner[0].stop, args=(0,)).start()
        while not turn.stopping():
            pass
        turn.go_on()
        return Outcome()

    job = Job("interrupted", run, every=MINUTE)
    runner.append(jobs.node(job))
    runner[0].tick()

    state = jobs.state("interrupted")
    assert (state.holder, state.failures, state.runs) == (None, 0, 0)
    assert runner[0].tick() == []
    assert runner[0].stop(5)
    # It is still due: another node takes it at its next tick.
    other, turns = counting("interrupted", every=MINUTE)
    assert jobs.node(other).tick() == ["interrupted"]
    assert turns == [""]


def test_sealing_that_fails_is_said_by_readiness_until_it_succeeds(
    hall: Hall, jobs: JobsOffice
) -> None:
    assert "seals" in jobs.runner.tick()
    assert jobs.result("seals") == {"seal_no": 1}
    assert hall.client.get("/readyz").status_code == 200
    seals = jobs.opened.office.data_dir / "seals" / "seals.jsonl"
    kept = seals.read_bytes()

    seals.write_bytes(b"no seal\n")
    jobs.pass_time(minutes=2)
    jobs.runner.tick()
    answer = hall.client.get("/readyz")
    assert answer.status_code == 503
    assert [one["what"] for one in answer.json()["missing"]] == ["seals"]
    assert jobs.state("seals").failing == "WitnessRefused"

    seals.write_bytes(kept)
    jobs.pass_time(minutes=2)
    jobs.runner.tick()
    assert hall.client.get("/readyz").status_code == 200


def test_who_looks_after_the_machine_reads_how_the_jobs_stand(hall: Hall, jobs: JobsOffice) -> None:
    jobs.runner.tick()

    items = {one["name"]: one for one in hall.admin.get("/api/jobs")["items"]}
    assert set(items) == {job.name for job in jobs.jobs}
    assert items["seals"]["status"] == "waiting"
    assert items["seals"]["result"] == {"seal_no": 1}
    assert items["scans"]["runs"] == 0
    assert hall.S000.get("/api/jobs") == hall.C000.get("/api/jobs")
    hall.T101.get("/api/jobs", 403)
    hall.A101.get("/api/jobs", 403)

    # Nobody ticks any more: it is said, and so is who fails.
    jobs.pass_time(minutes=12)
    late = {one["name"]: one["status"] for one in hall.admin.get("/api/jobs")["items"]}
    assert (late["seals"], late["expired"]) == ("late", "waiting")


def test_the_desk_shows_them_on_a_page(hall: Hall, jobs: JobsOffice) -> None:
    jobs.runner.tick()
    jobs.opened.office.data_dir.joinpath("seals", "seals.jsonl").write_bytes(b"no seal\n")
    jobs.pass_time(minutes=2)
    jobs.runner.tick()

    page = hall.client.get("/jobs", headers={**hall.admin.headers, "accept": "text/html"})
    assert page.status_code == 200
    assert "服务日志封存" in page.text
    assert "WitnessRefused × 1" in page.text
    refused = hall.client.get("/jobs", headers={**hall.T101.headers, "accept": "text/html"})
    assert refused.status_code == 403


def test_metrics_tell_of_the_jobs(jobs: JobsOffice, start_office: Callable[[], TestClient]) -> None:
    jobs.runner.tick()
    told = start_office().get("/metrics").text
    assert 'tongban_job_runs_total{job="seals"} 1.0' in told
    assert 'tongban_job_failures{job="seals"} 0.0' in told
    assert 'tongban_job_failed_runs_total{job="scans"} 0.0' in told
