"""Verifies every night what has entries since the seal of the last night that held.

What ``tongban verify`` does by hand, incrementally: while something is found, the next night begins at the
same seal, so that it is told until it is mended. A whole ``tongban verify`` is needed now and then, too.
"""

from datetime import time
from typing import Any

from jobs.job import Job, Outcome, Turn
from oversight import seals, verification

NAME = "verification"
AT = time(2, 0)
LISTED = 20


def job() -> Job:
    """The nightly job."""
    return Job(NAME, run, at=AT)


def run(turn: Turn) -> Outcome:
    """Verify the office, or what was added since the last night that held.

    It is one reading of one snapshot, which may take long: it gives a sign after every case and page, and
    a node that stops begins anew the next time.
    """
    since = turn.result.get("held_until")
    found: list[dict[str, Any]] = []
    count = 0
    with turn.sessions.reading() as session:
        newest = seals.latest(session)
        for finding in verification.verify_office(
            session,
            turn.office,
            entries_read=lambda _read: turn.go_on(),
            progress=turn.go_on,
            since_seal=since,
        ):
            count += 1
            if count <= LISTED:
                found.append({"case_no": finding.case_no, "rule": finding.rule})
    upto = None if newest is None else newest.seal_no
    return Outcome(
        {
            "since_seal": since,
            "until_seal": upto,
            "held_until": since if count else upto,
            "findings": count,
            "first": found,
        }
    )
