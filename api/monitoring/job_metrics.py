"""The jobs as metrics: the same from every node, for they are read from the database."""

from collections.abc import Collection, Iterator

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric

from database.clock import Clock
from jobs.record import JobState


def of(states: Collection[JobState], clock: Clock) -> Iterator[Metric]:
    """Per job: its runs and failed runs, its failures in a row, and when it last succeeded and is due."""
    runs = CounterMetricFamily("tongban_job_runs", "Turns of a job.", labels=["job"])
    failed = CounterMetricFamily(
        "tongban_job_failed_runs", "Turns of a job that failed.", labels=["job"]
    )
    failing = GaugeMetricFamily(
        "tongban_job_failures", "Failures of a job in a row, 0 since it succeeded.", labels=["job"]
    )
    succeeded = GaugeMetricFamily(
        "tongban_job_succeeded_seconds", "Unix time of a job's last success.", labels=["job"]
    )
    overdue = GaugeMetricFamily(
        "tongban_job_overdue_seconds", "For how long a job has been due.", labels=["job"]
    )
    found = GaugeMetricFamily(
        "tongban_job_found", "What a job found wrong in its last round.", labels=["job"]
    )
    now = clock.now()
    for state in states:
        labels = [state.name]
        runs.add_metric(labels, state.runs)
        failed.add_metric(labels, state.failed_runs)
        failing.add_metric(labels, state.failures)
        overdue.add_metric(labels, max(0, (now - state.due_at).total_seconds()))
        if state.succeeded_at is not None:
            succeeded.add_metric(labels, state.succeeded_at.timestamp())
        wrong = [state.result[name] for name in ("findings", "spoiled") if name in state.result]
        if state.result.get("calendar_missing"):
            wrong.append(1)
        if "failing" in state.result:
            wrong.append(len(state.result["failing"]))
        if wrong:
            found.add_metric(labels, sum(wrong))
    yield from (runs, failed, failing, succeeded, overdue, found)
