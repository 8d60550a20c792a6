"""What the wall between agencies costs on PostgreSQL: the same work before it and with it taken down.

The queue's page and a level-3 acceptance with its sign-off and posting, in the scope of a county, taken in
turns. ``python benchmarks/wall.py 100000`` grows the office first.
"""

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.orm import Session

from authz import reach
from benchmarks._office import Place, level_1, level_3, offices
from benchmarks.growth import REPEATED, grow
from database import connection, wall
from engine import cases
from engine.applications import Application
from engine.queueing import queues

DEFAULT = 10_000
SETTLING = 12
MOST = 1.25
TABLES = "SELECT relname FROM pg_class WHERE relforcerowsecurity AND relkind = 'r' ORDER BY relname"


@contextmanager
def acting(place: Place, staff_no: str, *, writes: bool) -> Iterator[Session]:
    """A transaction as the edge opens one: closed, then narrowed to who acts."""
    opening = place.opened.sessions.command if writes else place.opened.sessions.reading
    with opening(wall.CLOSED) as session:
        reach.narrow(session, place.actor(session, staff_no))
        yield session


def stand(place: Place, *, up: bool) -> None:
    """Put the wall up, or take it down."""
    engine = connection.connect(place.owner_url)
    with engine.begin() as opened:
        for table in opened.execute(text(TABLES)).scalars().all():
            verb = "ENABLE" if up else "DISABLE"
            opened.execute(text(f"ALTER TABLE {table} {verb} ROW LEVEL SECURITY"))
    engine.dispose()


def compared(place: Place, work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds of some work with the wall and without, taken in turns: what a fifth of it stays below.

    Not the median: the commit waits for the disk, which others use as well.
    """
    taken: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(8):
        up = turn % 2 == 0
        stand(place, up=up)
        # The server plans a statement anew after this, and settles on a plan after some uses.
        for _ in range(SETTLING):
            work()
        for _ in range(REPEATED):
            begun = time.perf_counter()
            work()
            taken[up].append((time.perf_counter() - begun) * 1e3)
    stand(place, up=True)
    return statistics.quantiles(taken[True], n=5)[0], statistics.quantiles(taken[False], n=5)[0]


def main() -> None:
    """PostgreSQL alone: SQLite has no wall."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    with offices() as places:
        for place in places:
            if place.kind != "postgresql":
                continue
            people = place.persons((REPEATED + SETTLING) * 8 + 4)
            # Both kinds of copy wait: the guard lets nobody copy a finished case without its posting.
            waiting = [place.accept(level_1(next(people))).case.case_no for _ in range(2)]
            grow(place, (waiting[0], waiting[1]), 0, count)

            def queue(at: Place = place) -> object:
                with acting(at, "R101", writes=False) as session:
                    return queues.worklist(session, at.actor(session, "R101"))

            def accept(at: Place = place, among: Iterator[dict[str, str]] = people) -> object:
                application = Application.model_validate(level_3(next(among)))
                with acting(at, "T101", writes=True) as session:
                    teller = at.actor(session, "T101")
                    return cases.accept(session, at.opened.office, teller, application)

            for name, work in (("queue", queue), ("accept and sign", accept)):
                before, without = compared(place, work)
                ratio = before / without
                verdict = "holds" if ratio <= MOST else "TOO SLOW"
                print(
                    f"{name}, {count} cases: {before:.2f} ms with the wall, {without:.2f} without: "
                    f"{ratio:.2f} (at most {MOST}): {verdict}"
                )


if __name__ == "__main__":
    main()
