"""Takes the jobs that are due, one after the other, and notes how each went; one bad job stops no other."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from database import identifiers
from database.connection import Sessions
from database.refusals import Unavailable
from engine.office import Office
from jobs import leases
from jobs.job import Job, LeaseLost, Outcome, Stopped, Turn
from jobs.leases import Claim

_log = logging.getLogger("tongban.jobs")


class Runner:
    """The jobs of this node. Any number of ticks, threads and nodes may be at it at once.

    ``office`` is asked at each turn: the rules it works by may have changed.
    """

    def __init__(
        self, office: Callable[[], Office], sessions: Sessions, jobs: Sequence[Job]
    ) -> None:
        self.jobs = {job.name: job for job in jobs}
        # Unique for each process: two that shared a name would take each other's work for their own.
        self.holder = f"{socket.gethostname()[:60]}:{os.getpid()}:{identifiers.new_id()[:12]}"
        self._office = office
        self._sessions = sessions
        self._stopping = threading.Event()
        self._idle = threading.Condition()
        self._active = 0
        self._registered = False

    def tick(self) -> list[str]:
        """Do what is due; the names of the jobs that had a turn."""
        with self._idle:
            if self._stopping.is_set():
                return []
            self._active += 1
        try:
            self._register()
            now = self._sessions.clock.now()
            with self._sessions.reading() as session:
                found = leases.due(session, now)
            return [name for name in self.jobs if name in found and self.run(name)]
        except (SQLAlchemyError, Unavailable) as failed:
            # Leases and results can't be noted just now: what was claimed is taken up when its lease ends.
            fields = {"failure": type(failed).__name__}
            _log.warning("the jobs could not be read", extra={"fields": fields})
            return []
        finally:
            with self._idle:
                self._active -= 1
                self._idle.notify_all()

    def run(self, name: str) -> bool:
        """Give one job its turn where it is due and nobody is at it; whether it had one."""
        if self._stopping.is_set():
            return False
        job, now = self.jobs[name], self._sessions.clock.now()
        with self._sessions.command() as session:
            held = leases.claim(session, job, now, self.holder)
        if held is None:
            return False
        self._take(held)
        return True

    def stop(self, seconds: int) -> bool:
        """Begin nothing new and wait for what is under way; whether it ended in time."""
        self._stopping.set()
        until = time.monotonic_ns() + seconds * 1_000_000_000
        with self._idle:
            while self._active:
                left_ns = until - time.monotonic_ns()
                if left_ns <= 0:
                    return False
                self._idle.wait(left_ns / 1e9)
        return True

    def _register(self) -> None:
        """Let every job have its row, once in a process's life."""
        if self._registered:
            return
        with self._sessions.reading() as session:
            missing = leases.unknown(session, list(self.jobs.values()))
        for job in missing:
            with self._sessions.command() as session:
                leases.register(session, job, self._sessions.clock.now())
        self._registered = True

    def _take(self, held: Claim) -> None:
        turn = Turn(
            self._office(),
            self._sessions,
            held.place,
            held.result,
            self._stopping.is_set,
            lambda: self._keep(held),
        )
        try:
            done = held.job.run(turn)
        except Stopped:
            self._note(held, None)
        except LeaseLost:
            _log.warning("a job was taken over", extra={"fields": {"job": held.job.name}})
        except Unavailable:
            # Somebody writes for long: the next turn does it.
            self._note(held, "later")
        except Exception as failed:  # noqa: BLE001 - whatever it is, it is noted, and the other jobs go on
            self._fail(held, failed)
        else:
            self._succeed(held, done)

    def _succeed(self, held: Claim, done: Outcome) -> None:
        with self._sessions.command() as session:
            now = self._sessions.clock.now()
            kept = leases.succeed(session, held, now, done.result, done.place)
        if not kept:
            _log.warning("a job was taken over", extra={"fields": {"job": held.job.name}})

    def _fail(self, held: Claim, failed: Exception) -> None:
        # The kind and nothing else in the row: a driver's message may name addresses and values.
        kind = type(failed).__name__
        fields = {"job": held.job.name, "failure": kind}
        _log.error("a job failed", exc_info=failed, extra={"fields": fields})
        with self._sessions.command() as session:
            leases.fail(session, held, self._sessions.clock.now(), kind)

    def _note(self, held: Claim, when: str | None) -> None:
        end = leases.give_back if when is None else leases.postpone
        # A node that stops must not hang on a database that is gone: the lease ends by itself.
        with suppress(SQLAlchemyError, Unavailable), self._sessions.command() as session:
            end(session, held, self._sessions.clock.now())

    def _keep(self, held: Claim) -> None:
        with self._sessions.command() as session:
            if not leases.keep(session, held, self._sessions.clock.now()):
                raise LeaseLost
