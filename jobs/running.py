"""The jobs of this process on DBOS, which ticks: one node of all takes each tick and does what is due.

DBOS is the clock and the distributor, nothing more. What a tick does is claimed by lease and noted in the
office's own table, so that a tick that dies, comes twice or is lost changes nothing: the next one goes on.
"""

import logging
from contextvars import Context
from datetime import datetime, timedelta
from typing import Any

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer
from sqlalchemy import Engine

from jobs import dbos_log, store
from jobs.job import Job, Outcome, Turn
from jobs.turns import Runner

NAME = "tongban"
# Those that divide a minute evenly; it ticks as often as the job that waits least wants, and no oftener.
TICK_SECONDS = (15, 12, 10, 6, 5, 4, 3, 2, 1)
# Ticks that ended, or whose node died, are forgotten after this.
TICKS_KEPT = timedelta(hours=6)
_FORGOTTEN_AT_ONCE = 500
# What is under way is finished within this before a process ends; a job gives a sign far more often.
LAST_SECONDS = 20
# How often threads of DBOS that wait for messages, of which there are none, look whether to end.
_LOOK_SECONDS = 0.25

_log = logging.getLogger("tongban.jobs")
# DBOS runs once in a process, and finds a workflow by its name: so there is one runner in a process too.
_running: list[Runner] = []


@DBOS.workflow(name="tick")
def tick(scheduled_at: datetime, context: Any) -> None:
    """Do what is due."""
    del scheduled_at, context
    for runner in _running:
        # Out of DBOS's sight: what a job asks of it would be noted as a step of the tick.
        Context().run(runner.tick)


def forgetting() -> Job:
    """The job that forgets old ticks."""
    return Job("ticks", _forget, every=timedelta(hours=1))


class Jobs:
    """Jobs running in this process, from ``start`` to ``stop``."""

    def __init__(self, runner: Runner, database_url: str) -> None:
        self.runner = runner
        self._url = database_url
        self._engine: Engine | None = None

    def start(self) -> None:
        """Begin to tick."""
        dbos_log.quiet()
        self._engine = store.connect(self._url)
        _running[:] = [self.runner]
        DBOS(config=self._config(self._engine))
        DBOS.launch()
        DBOS.apply_schedules(
            [
                {
                    "schedule_name": "tick",
                    "workflow_fn": tick,
                    "schedule": f"*/{_tick_seconds(self.runner)} * * * * *",
                    "context": None,
                }
            ]
        )

    def stop(self) -> bool:
        """Finish what is under way and end; whether it could be finished in time."""
        done = self.runner.stop(LAST_SECONDS)
        DBOS.destroy()
        _running.clear()
        if self._engine is not None:
            self._engine.dispose()
        if not done:
            _log.error("the jobs ended unfinished")
        return done

    def _config(self, engine: Engine) -> DBOSConfig:
        return {
            "name": NAME,
            "system_database_url": store.address(self._url).render_as_string(hide_password=False),
            "system_database_engine": engine,
            "dbos_system_schema": store.SCHEMA,
            # Only the owner alters a schema; a file of SQLite is made where it is missing.
            "run_migrations": engine.dialect.name == "sqlite",
            # Two processes with one id would take each other's ticks for their own.
            "executor_id": self.runner.holder,
            # A tick has no steps to be replayed, so any version may take any tick. With a version of its
            # own each, the older nodes of an upgrade under way, and all after a roll-back, would do nothing.
            "application_version": NAME,
            # Its default is pickle: who can write a row could then run code here.
            "serializer": DBOSPortableJSONSerializer(),
            "use_listen_notify": False,
            "notification_listener_polling_interval_sec": _LOOK_SECONDS,
            "max_executor_threads": 4,
            "enable_otlp": False,
            "log_level": "WARNING",
        }


def _tick_seconds(runner: Runner) -> int:
    shortest = min(job.every for job in runner.jobs.values())
    return next(seconds for seconds in TICK_SECONDS if timedelta(seconds=seconds) <= shortest)


def _forget(turn: Turn) -> Outcome:
    """Remove the rows of old ticks from DBOS's tables."""
    before = (turn.sessions.clock.now() - TICKS_KEPT).isoformat()
    removed = 0
    while True:
        turn.go_on()
        old = DBOS.list_workflows(
            end_time=before, limit=_FORGOTTEN_AT_ONCE, load_input=False, load_output=False
        )
        DBOS.delete_workflows([one.workflow_id for one in old])
        removed += len(old)
        if len(old) < _FORGOTTEN_AT_ONCE:
            return Outcome({"removed": removed})
