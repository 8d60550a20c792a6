"""``GET /metrics``: how the office runs, as Prometheus reads it; numbers without personal data.

What processes count comes from ``meters``; what the database holds is read by whoever is asked, within a
limit of time, and kept for some seconds, so that nobody can keep the database busy by asking.
"""

import functools
import ipaddress
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Generic, TypeVar

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from api import credentials
from api.monitoring import job_metrics, meters, metrics_folder
from api.settings import Networks
from database import schema, time_limit
from database.connection import Sessions
from database.refusals import Forbidden
from engine.queueing import workload
from engine.queueing.workload import Queue
from jobs import views

MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"
# Half of the time that passes between two readings of a Prometheus as it comes.
KEPT_SECONDS = 7
# However many cases there are, reading them takes at most this part of the time.
LARGEST_PART = 50
# A statement may take this long. A million ended cases took 0.2 seconds on SQLite, 0.3 to 2 on PostgreSQL
# (until its autovacuum has been there, the index alone doesn't tell); the open ones a few milliseconds.
LIMIT_MILLISECONDS = 3000

router = APIRouter(tags=["health"])
_log = logging.getLogger("tongban.metrics")
# It reads every migration.
_newest_schema = functools.cache(schema.newest)


class NotForThisPeer(Forbidden):
    """Metrics are read from this machine, or from where TONGBAN_METRICS_FROM says; not through a proxy."""

    rule = "metrics.peer"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is open: its time to read grows with the backlog."""

    cases: dict[str, int]
    queues: list[Queue]


T = TypeVar("T")


class Kept(Generic[T]):
    """One reading of the database, read anew at most once in KEPT_SECONDS; None where it failed."""

    def __init__(self, sessions: Sessions, name: str, read: Callable[[Session], T]) -> None:
        self.name = name
        self._sessions = sessions
        self._read = read
        self._lock = threading.Lock()
        self._last: T | None = None
        self._until_ns = 0

    def last(self) -> T | None:
        """The last reading."""
        with self._lock:
            begun = time.monotonic_ns()
            if begun >= self._until_ns:
                self._last = self._read_in_time()
                ended = time.monotonic_ns()
                kept = max(KEPT_SECONDS * 1_000_000_000, (ended - begun) * LARGEST_PART)
                self._until_ns = ended + kept
            return self._last

    def _read_in_time(self) -> T | None:
        try:
            with (
                self._sessions.reading() as session,
                time_limit.on_statements(session, LIMIT_MILLISECONDS),
            ):
                return self._read(session)
        except SQLAlchemyError as failed:
            _log.warning("the office's %s cases could not be counted", self.name, exc_info=failed)
            return None


class Readings:
    """What ``/metrics`` reads of the office's database; the long one can't hold up the short one."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions
        self.waiting = Kept(
            sessions,
            "open",
            lambda found: Waiting(workload.open_cases(found), workload.queues(found)),
        )
        self.ended = Kept(sessions, "ended", workload.ended_cases)
        self.jobs = Kept(sessions, "jobs", views.states)


class _Everything(Collector):
    """What the processes counted, and what the database holds."""

    def __init__(self, readings: Readings, version: str) -> None:
        self._readings = readings
        self._version = version

    def collect(self) -> Iterator[Metric]:
        """All of it."""
        if MULTIPROCESS in os.environ:
            files = metrics_folder.counted(Path(os.environ[MULTIPROCESS]))
            yield from MultiProcessCollector.merge(files)
        else:
            yield from meters.REGISTRY.collect()
        yield self._build()
        yield from _of_office(self._readings)
        yield from job_metrics.of(self._readings.jobs.last() or (), self._readings.sessions.clock)

    def _build(self) -> Metric:
        said = {
            "version": self._version,
            "schema": _newest_schema(),
            "database": self._readings.sessions.engine.dialect.name,
            "python": sys.version.partition(" ")[0],
        }
        return InfoMetricFamily("tongban_build", "What runs here.", said)


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(request: Request) -> Response:
    """Requests, refusals, cases, queues, connections and processes, in the text format of Prometheus."""
    require_peer(request, request.app.state.metrics_from)
    readings: Readings = request.app.state.readings
    meters.observe(readings.sessions.engine)
    registry = CollectorRegistry()
    registry.register(_Everything(readings, request.app.version))
    return Response(generate_latest(registry), headers={"content-type": CONTENT_TYPE_LATEST})


def require_peer(request: Request, allowed: Networks) -> None:
    """Raise NotForThisPeer unless the request comes from one of these networks, and from no proxy."""
    if any(name in request.headers for name in credentials.FORWARDED):
        raise NotForThisPeer
    try:
        peer = ipaddress.ip_address(request.client.host if request.client else "")
    except ValueError:
        raise NotForThisPeer from None
    mapped = peer.ipv4_mapped if isinstance(peer, ipaddress.IPv6Address) else None
    if not any((mapped or peer) in network for network in allowed):
        raise NotForThisPeer


def _of_office(readings: Readings) -> Iterator[Metric]:
    waiting, ended = readings.waiting.last(), readings.ended.last()
    readable = GaugeMetricFamily(
        "tongban_office_readable",
        "Whether the database could be asked in time: for open cases and queues, for ended cases.",
        labels=["reading"],
    )
    readable.add_metric([readings.waiting.name], 0 if waiting is None else 1)
    readable.add_metric([readings.ended.name], 0 if ended is None else 1)
    yield readable
    cases = GaugeMetricFamily("tongban_cases", "Cases by status.", labels=["status"])
    for status, count in {**(waiting.cases if waiting else {}), **(ended or {})}.items():
        cases.add_metric([status], count)
    yield cases
    if waiting is not None:
        yield from _of_queues(waiting.queues, readings.sessions.clock.now())


def _of_queues(queues: Iterable[Queue], now: datetime) -> Iterable[Metric]:
    of_queue = ["agency", "post"]
    tasks = GaugeMetricFamily("tongban_queue_tasks", "Tasks that wait for a post.", labels=of_queue)
    overdue = GaugeMetricFamily(
        "tongban_queue_overdue_tasks", "Those of them past their due date.", labels=of_queue
    )
    oldest = GaugeMetricFamily(
        "tongban_queue_oldest_seconds", "How long the oldest of them has waited.", labels=of_queue
    )
    for queue in queues:
        labels = [queue.agency, queue.post]
        tasks.add_metric(labels, queue.waiting)
        overdue.add_metric(labels, queue.overdue)
        oldest.add_metric(labels, max(0, (now - queue.oldest_at).total_seconds()))
    return tasks, overdue, oldest
