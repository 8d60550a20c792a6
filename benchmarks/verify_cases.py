"""Verification of level-3 cases: cases and entries a second, of both suites, by one process and by two.

Beside the clock's time the processor's is given: on a machine that others use, that alone says what it costs.
By two processes it is with their start, which a few hundred cases hardly repay
(``python benchmarks/verify_cases.py 5000`` for more).
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import func, select

from api.command_line import shares
from authz.offices import agencies
from benchmarks import _office
from benchmarks._office import Place, level_3
from engine.journal import JournalEntry
from engine.record import Case
from oversight import case_check, case_pages, verification
from oversight.known import Known
from tests import databases
from tests.databases import SqliteFiles

CASES, WORKERS = 500, 2
SUITES = ("intl-1", "gm-1")


def alone(place: Place) -> tuple[float, float]:
    """Seconds by the clock and of the processor; nothing may be found."""
    with place.opened.sessions.reading() as session:
        began, used = time.perf_counter(), time.process_time()
        known = Known(session)
        history = verification.history_of(session, lambda: agencies.codes(session))
        of_all = (known, history, print)
        for page in case_pages.all_cases(session):
            for found in case_check.findings(session, place.opened.office, page, *of_all):
                assert list(found) == []
        return time.perf_counter() - began, time.process_time() - used


def by_several(place: Place) -> float:
    """Seconds by the clock, with the start of the processes."""
    with place.opened.sessions.reading() as session:
        began = time.perf_counter()
        assert list(shares.findings(session, place.settings, WORKERS)) == []
        return time.perf_counter() - began


def measure(place: Place, suite: str, count: int) -> None:
    """Accept the cases and verify them, twice alone: the first time also compiles the statements."""
    persons = place.persons(count)
    for _ in range(count):
        place.accept(level_3(next(persons)))
    with place.opened.sessions.reading() as session:
        of_cases = select(func.count()).where(JournalEntry.stream.in_(select(Case.case_no)))
        entries = session.execute(of_cases).scalar_one()
    alone(place)
    wall, used = alone(place)
    several = by_several(place)
    load = os.getloadavg()[0]
    print(
        f"verify cases, {place.kind}, {suite}: {count} of {entries / count:.1f} entries; "
        f"{count / wall:,.0f} cases ({entries / wall:,.0f} entries) a second, "
        f"{count / used:,.0f} ({entries / used:,.0f}) a second of processor; "
        f"by {WORKERS} processes {count / several:,.0f} with their start; load {load:.1f}",
        flush=True,
    )


def main(count: int) -> None:
    """Both databases, both suites."""
    databases.OPTIONS = _office.DURABLE
    for suite in SUITES:
        with tempfile.TemporaryDirectory(prefix="tongban-bench-") as name:
            folder = Path(name)
            with databases.cluster(folder / "key") as cluster:
                for server in (SqliteFiles(folder), cluster):
                    place = _office.place(server.empty(), server.empty(), folder, suite)
                    measure(place, suite, count)
                    place.opened.sessions.engine.dispose()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CASES)
