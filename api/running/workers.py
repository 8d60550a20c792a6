"""Several workers on one socket, each a process with an office of its own, and their supervisor.

A worker that dies, or whose event loop stands still, is replaced. Told to stop, the supervisor closes
the socket, lets the workers finish, and says by its exit code whether all did.
"""

import logging
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing import connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn
from prometheus_client import multiprocess

from api import app
from api.monitoring import meters, metrics, metrics_folder
from api.running.stopping import GRACE_SECONDS, UNFINISHED, WorkerServer

# How long a worker that served may give no sign; routes run in threads, so its loop is never long busy.
SILENT_SECONDS = 120
# A worker that dies as soon as it starts is not started again without end.
BETWEEN_STARTS_SECONDS = 2
# The supervisor's patience, beyond the workers' own.
LAST_SECONDS = 5

_SECOND = 1_000_000_000
_STOP = (signal.SIGINT, signal.SIGTERM)
_spawn = multiprocessing.get_context("spawn")
_log = logging.getLogger("tongban.workers")


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    sign: Any
    started_ns: int
    pid: int

    def is_silent(self) -> bool:
        """Whether it served, and has given no sign for too long."""
        last: int = self.sign.value
        return last > 0 and time.monotonic_ns() - last > SILENT_SECONDS * _SECOND


class Supervisor:
    """Keeps ``count`` workers running on one socket until it is told to stop, and then closes it."""

    def __init__(
        self, options: Mapping[str, Any], count: int, data_dir: Path, listening: socket.socket
    ) -> None:
        self._options = dict(options)
        self._listening = listening
        self._data_dir = data_dir
        self._count = count
        self._workers: list[_Worker] = []
        self._told = 0
        self._woken, self._wake = os.pipe()
        os.set_blocking(self._wake, False)

    def run(self) -> int:
        """Serve until stopped: 0 where every worker finished what it had begun, else 1."""
        for sig in _STOP:
            signal.signal(sig, self._tell)
        with metrics_folder.fresh(self._data_dir) as folder:
            os.environ[metrics.MULTIPROCESS] = str(folder)
            self._workers = [self._start() for _ in range(self._count)]
            while not self._told:
                self._wait(1)
                self._replace()
            # While one process has it open, the system goes on to greet callers nobody will answer.
            self._listening.close()
            return self._stop()

    def _tell(self, sig: int, frame: FrameType | None) -> None:
        del sig, frame
        self._told += 1
        os.write(self._wake, b"!")

    def _wait(self, seconds: int) -> None:
        """Until a worker ends or a signal comes, at most so long."""
        ended = [worker.process.sentinel for worker in self._workers if worker.process.is_alive()]
        if self._woken in connection.wait([*ended, self._woken], seconds):
            os.read(self._woken, 1)

    def _start(self) -> _Worker:
        sign = _spawn.Value("q", 0, lock=False)
        process = _spawn.Process(target=work, args=(self._options, self._listening, sign))
        process.start()
        return _Worker(process, sign, time.monotonic_ns(), process.pid or 0)

    def _replace(self) -> None:
        for number, worker in enumerate(self._workers):
            if worker.process.is_alive() and not worker.is_silent():
                continue
            if time.monotonic_ns() - worker.started_ns < BETWEEN_STARTS_SECONDS * _SECOND:
                time.sleep(0.1)
                continue
            worker.process.kill()
            worker.process.join()
            multiprocess.mark_process_dead(worker.pid)
            fields = {"worker": worker.pid, "exit_code": worker.process.exitcode}
            _log.error("a worker ended and is replaced", extra={"fields": fields})
            self._workers[number] = self._start()

    def _stop(self) -> int:
        for worker in self._workers:
            worker.process.terminate()
        until = time.monotonic_ns() + (GRACE_SECONDS + LAST_SECONDS) * _SECOND
        while any(worker.process.is_alive() for worker in self._workers):
            if self._told > 1 or time.monotonic_ns() > until:
                for worker in self._workers:
                    worker.process.kill()
                    worker.process.join()
            self._wait(1)
        # One that was only starting dies of the signal: it had begun nothing.
        good = (0, -signal.SIGTERM)
        unfinished = [w.pid for w in self._workers if w.process.exitcode not in good]
        if unfinished:
            _log.error("workers ended unfinished", extra={"fields": {"workers": unfinished}})
        return UNFINISHED if unfinished else 0


def work(options: Mapping[str, Any], listening: socket.socket, sign: Any) -> None:
    """One worker: opens the office of its environment and serves on the supervisor's socket."""
    threading.Thread(target=_follow_the_supervisor, daemon=True).start()
    application = app.from_environment()
    engine = application.state.sessions.engine

    async def give_sign() -> None:
        sign.value = time.monotonic_ns()
        meters.observe(engine)

    config = uvicorn.Config(application, callback_notify=give_sign, timeout_notify=1, **options)
    WorkerServer(config).run(sockets=[listening])


def _follow_the_supervisor() -> None:
    """Stop when the supervisor is gone, killed without a word: nobody would replace or stop the worker."""
    supervisor = multiprocessing.parent_process()
    if supervisor is not None:
        connection.wait([supervisor.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
