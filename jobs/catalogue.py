"""Which jobs there are."""

from collections.abc import Mapping

from jobs import (
    clocks,
    expiry,
    messages,
    orphans,
    running,
    scans,
    sealing,
    staffing,
    timers,
    verifying,
    windows,
)
from jobs.expiry import Expire
from jobs.job import Job


def of(seal_seconds: int, expire: Mapping[str, Expire]) -> list[Job]:
    """Every job of an office, those that wait least first.

    ``seal_seconds`` is 0 where no node is to seal; ``expire`` is what rooms above keep and want removed.
    """
    often = [sealing.job(seal_seconds)] if seal_seconds else []
    return [
        *often,
        timers.job(),
        messages.job(),
        windows.job(),
        expiry.job(expire),
        running.forgetting(),
        orphans.job(),
        scans.job(),
        clocks.job(),
        staffing.job(),
        verifying.job(),
    ]
