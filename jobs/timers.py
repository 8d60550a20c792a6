"""Lets timers of cases elapse whose time is over: each case in a transaction of its own.

A case that can't run on stops no other one. It is tried again later each time, and told by its number.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from database import clock
from database.refusals import Unavailable
from engine.timing import timers
from engine.timing.timers import Due
from jobs.job import Job, Outcome, Turn
from jobs.leases import FIRST_RETRY

NAME = "timers"
EVERY = timedelta(minutes=1)
BATCH = 50
LONGEST_RETRY = timedelta(hours=6)

_log = logging.getLogger("tongban.jobs")
# By the timer's number: its case, the kind of failure, how many in a row, when it is tried again.
Failing = dict[str, dict[str, Any]]


def job() -> Job:
    """The job, every minute: a deadline is over at midnight, and nobody waits at the window for it."""
    return Job(NAME, run, every=EVERY)


def run(turn: Turn) -> Outcome:
    """Let what is due elapse, the longest due first; what failed before only when its time has come."""
    failing: Failing = dict(turn.result.get("failing", {}))
    before = int(turn.result.get("elapsed", 0)) if turn.place is not None else 0
    seen: set[int] = set()
    elapsed = before
    while found := _due(turn, failing, seen):
        for one in found:
            turn.go_on()
            seen.add(one.timer_id)
            elapsed += _elapse(turn, one, failing)
            if turn.is_long():
                return Outcome(_told(elapsed, failing), str(one.timer_id))
    # Whatever was tried in this turn or waits for its time is still due; what isn't any more is through.
    return Outcome(_told(elapsed, failing))


def _due(turn: Turn, failing: Failing, seen: set[int]) -> list[Due]:
    now = turn.sessions.clock.now()
    with turn.sessions.reading() as session:
        found = timers.due(session, now, BATCH + len(failing) + len(seen))
    waiting = {number for number, told in failing.items() if _again_at(told) > now}
    return [one for one in found if one.timer_id not in seen and str(one.timer_id) not in waiting]


def _elapse(turn: Turn, one: Due, failing: Failing) -> int:
    """Whether it elapsed now, as 0 or 1."""
    try:
        with turn.sessions.command() as session:
            work = timers.elapse(session, turn.office, one.case_no, one.timer_id)
    except Unavailable:
        return 0
    except Exception as failed:  # noqa: BLE001 - whatever it is, it is noted, and the other cases go on
        _note(turn, one, failed, failing)
        return 0
    failing.pop(str(one.timer_id), None)
    return 0 if work is None else 1


def _note(turn: Turn, one: Due, failed: Exception, failing: Failing) -> None:
    kind = type(failed).__name__
    fields = {"case_no": one.case_no, "timer": one.name, "failure": kind}
    _log.error("a timer could not elapse", exc_info=failed, extra={"fields": fields})
    failures = int(failing.get(str(one.timer_id), {}).get("failures", 0)) + 1
    wait = min(FIRST_RETRY * 2 ** min(failures - 1, 16), LONGEST_RETRY)
    failing[str(one.timer_id)] = {
        "case_no": one.case_no,
        "failure": kind,
        "failures": failures,
        "again_at": clock.moment_text(turn.sessions.clock.now() + wait),
    }


def _again_at(told: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(told["again_at"])


def _told(elapsed: int, failing: Failing) -> dict[str, Any]:
    return {"elapsed": elapsed, "failing": failing}
