"""What this process counts about itself: answers, refusals, connections, memory. Read at ``/metrics``.

Counters are of the process, not of an application in it. With several workers each writes its own file
in the folder PROMETHEUS_MULTIPROC_DIR, which must be set before this module is imported, and a reading
adds the files up: it is the same whichever worker answers. A worker's counts outlive it, its gauges don't.
Labels are templates and ids of our own: never a path, a name or a number that somebody sent.
"""

import threading
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.process_collector import ProcessCollector
from sqlalchemy import Engine

from database.pool import WatchedPool

UNROUTED = "none"
OTHER_METHOD = "other"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# From a look-up to a graceful stop's whole patience.
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

disable_created_metrics()
REGISTRY = CollectorRegistry()

_requests = Counter(
    "tongban_requests",
    "Answered requests, by the template of their address.",
    ("method", "route", "status"),
    registry=REGISTRY,
)
_request_seconds = Histogram(
    "tongban_request_seconds",
    "Seconds from a request's beginning to the end of its answer.",
    ("method", "route"),
    buckets=SECONDS,
    registry=REGISTRY,
)
_in_progress = Gauge(
    "tongban_requests_in_progress",
    "Requests that are being answered.",
    multiprocess_mode="liveall",
    registry=REGISTRY,
)
_refusals = Counter(
    "tongban_refusals",
    "Requests answered with a refusal, by its rule.",
    ("rule",),
    registry=REGISTRY,
)
_connections = Gauge(
    "tongban_pool_connections",
    "Connections to the database: kept open (size), allowed (limit), open, in use, beyond the size.",
    ("state",),
    multiprocess_mode="livesum",
    registry=REGISTRY,
)
_waits = Counter(
    "tongban_pool_waits", "Requests for a connection when all were in use.", registry=REGISTRY
)
_memory = Gauge(
    "process_resident_memory_bytes",
    "Memory of a process.",
    multiprocess_mode="liveall",
    registry=REGISTRY,
)
_started = Gauge(
    "process_start_time_seconds",
    "When a process began, in Unix time.",
    multiprocess_mode="liveall",
    registry=REGISTRY,
)
_files = Gauge(
    "process_open_fds", "Files a process has open.", multiprocess_mode="liveall", registry=REGISTRY
)
_cpu = Counter("process_cpu_seconds", "CPU time, of all processes together.", registry=REGISTRY)

_GAUGES = {
    "process_resident_memory_bytes": _memory,
    "process_start_time_seconds": _started,
    "process_open_fds": _files,
}
_process = ProcessCollector(registry=None)
_observing = threading.Lock()
# What the counters that are read from elsewhere stood at when they were read.
_read: dict[str, Any] = {"cpu": 0, "waits": 0}


def begun() -> None:
    """A request began."""
    _in_progress.inc()


def answered(method: str, route: str | None, status: int, nanoseconds: int) -> None:
    """A request ended; ``route`` is the template of its address, None where there is none."""
    _in_progress.dec()
    named = method if method in METHODS else OTHER_METHOD
    _requests.labels(named, route or UNROUTED, status).inc()
    _request_seconds.labels(named, route or UNROUTED).observe(nanoseconds / 1e9)


def refused(rule: str) -> None:
    """A request was refused by this rule."""
    _refusals.labels(rule).inc()


def observe(engine: Engine) -> None:
    """Note how this process and its connections stand; each worker does so every second or two."""
    with _observing:
        if isinstance(pool := engine.pool, WatchedPool):
            _connections.labels("size").set(pool.size())
            _connections.labels("limit").set(pool.limit)
            _connections.labels("open").set(pool.checkedin() + pool.checkedout())
            _connections.labels("in_use").set(pool.checkedout())
            _connections.labels("overflow").set(max(0, pool.overflow()))
            _waits.inc(max(0, pool.waits - _read["waits"]))
            _read["waits"] = pool.waits
        for family in _process.collect():
            for sample in family.samples:
                if sample.name in _GAUGES:
                    _GAUGES[sample.name].set(sample.value)
                elif sample.name == "process_cpu_seconds_total":
                    _cpu.inc(max(0, sample.value - _read["cpu"]))
                    _read["cpu"] = sample.value
