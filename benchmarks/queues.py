"""The queue's page with the counts of all queues at 10^5 open cases of one county, and what of it is read.

The cases are copied by SQL from one that waits, their due days spread over a season: some wait at the window,
some are claimed, some stand still, some go first. Measured are the use cases as a request asks for them, in
the scope of the county; on PostgreSQL nothing may be read by going through a table.
``python benchmarks/queues.py 1000000`` grows further.
"""

import sys
import time
from collections.abc import Callable

from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session

from authz import reach
from authz.actors import Actor
from benchmarks._office import COUNTY, Place, Timed, level_1, median, offices, timed
from benchmarks.growth import FIRST_COPY, LARGE, NUMBERED, REPEATED, copy
from database import connection, wall
from database.declarative import table_of
from engine.queueing import queue_filters, queue_pages
from engine.record import Case, Task
from engine.signoffs import SignOff

LIMIT_MS = 15
SETTLING = 12
# Of a hundred open cases.
AT_WINDOW = 3
SEASON_DAYS = 90
PARTS = (Case, Task, SignOff)
READ = "SELECT coalesce(sum(seq_tup_read), 0) FROM pg_stat_user_tables WHERE relname IN ('tasks', 'cases')"


def grow(place: Place, limited: str, count: int) -> None:
    """Bring the county to ``count`` open cases."""
    engine = connection.connect(place.owner_url)
    sqlite = place.kind == "sqlite"
    padded = "printf('%012d', n.i)" if sqlite else "lpad(n.i::text, 12, '0')"
    due = f"n.i % {SEASON_DAYS} - 5"
    day = f"date(source.due_on, ({due}) || ' days')" if sqlite else f"source.due_on + ({due})::int"
    number = f"'{COUNTY}2020' || {padded}"
    with engine.begin() as opened:
        wall.open_to(opened)
        found = select(table_of(Case).c.case_id).where(table_of(Case).c.case_no == limited)
        case_id = opened.execute(found).scalar_one()
        span = NUMBERED.format(since=FIRST_COPY, until=FIRST_COPY + count - 1)
        new = {
            "case_id": "n.i",
            "case_no": number,
            "task_id": f"'bench-' || {padded}",
            "due_on": day,
            "in_turn": "(n.i % 100 <> 0)",
            "stopped": "(n.i % 50 = 0)",
            # Of every other one the law's clock runs on.
            "halted": "(n.i % 100 = 0)",
        }
        for model in PARTS:
            copy(opened, table_of(model), f"source.case_id = {case_id}", new, span)
        _vary(opened, place)
        if not sqlite:
            opened.execute(text("ANALYZE"))
    if not sqlite:
        # As a server that runs does by itself: reading an index needs no look at the rows' visibility.
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as opened:
            opened.execute(text("VACUUM ANALYZE tasks"))
    engine.dispose()


def _vary(opened: Connection, place: Place) -> None:
    """Some at the window, some claimed by the reviewer, some by his colleague."""
    ours = "task_id LIKE 'bench-%' AND case_id"
    opened.execute(text(f"UPDATE tasks SET risk_level = 2 WHERE {ours} % 100 < {AT_WINDOW}"))  # noqa: S608
    for place_of, staff_no in ((7, "R101"), (8, "R102")):
        account = place.accounts[staff_no]
        said = f"claimed_by = {account}, claimed_at = opened_at"
        opened.execute(text(f"UPDATE tasks SET {said} WHERE {ours} % 100 = {place_of}"))  # noqa: S608


def acts(place: Place) -> dict[str, Callable[[], None]]:
    """What is measured, for a reviewer of the county, whose post has nearly all, and its deputy director."""

    def reading(
        use: Callable[[Session, Actor], object], staff_no: str = "R101"
    ) -> Callable[[], None]:
        def once() -> None:
            with place.opened.sessions.reading(wall.CLOSED) as session:
                actor = place.actor(session, staff_no)
                reach.narrow(session, actor)
                use(session, actor)

        return once

    def page(code: str, asked: str = "", *, counted: bool = True) -> Callable[[], None]:
        said = dict(part.split("=") for part in asked.split("&") if part)
        filters = queue_filters.of_address(said)

        def use(session: Session, actor: Actor) -> None:
            found = queue_pages.page(session, actor, queue_pages.named(actor, code), filters)
            assert len(found.items) == queue_pages.PAGE
            if counted:
                counts = queue_pages.counts(session, actor, queue_pages.seen(actor))
                assert counts["all"] == counts["mine"] == counts["stopped"] == queue_pages.COUNTED

        return reading(use)

    def nothing(session: Session, actor: Actor) -> None:
        assert not queue_pages.page(session, actor, queue_pages.named(actor, "all")).items
        assert not any(queue_pages.counts(session, actor, queue_pages.seen(actor)).values())

    def second(session: Session, actor: Actor) -> None:
        queue = queue_pages.named(actor, "all")
        first = queue_pages.page(session, actor, queue)
        assert queue_pages.page(session, actor, queue, at=first.onward).back

    return {
        "queue page with counts": page("all"),
        "page of what stands still, with counts": page("stopped"),
        "page of a post where nothing waits, with counts": reading(nothing, "D101"),
        "page alone": page("all", counted=False),
        "page by arrival": page("all", "sort=arrived", counted=False),
        "page of one business that nobody holds": page(
            "all", "process=account_adjustment&holder=nobody", counted=False
        ),
        "first and second page": reading(second),
        "page by level and arrival, no index": page("all", "sort=-level,arrived", counted=False),
    }


def _timed(once: Callable[[], None]) -> Timed:
    """The medians: on the wall, and of this process's processor."""
    for _ in range(SETTLING):
        once()
    rounds = [timed(once, 1) for _ in range(REPEATED)]
    return Timed(median(rounds) * 1e3, median(rounds, "cpu") * 1e3)


def _read_through(place: Place) -> int:
    """How many rows of tasks and cases were read by going through the tables."""
    # The server tells its statistics a second late.
    time.sleep(1.5)
    engine = connection.connect(place.owner_url)
    with engine.connect() as opened:
        found = int(opened.execute(text(READ)).scalar_one())
    engine.dispose()
    return found


def main() -> None:
    """Both databases; on PostgreSQL also how much was read."""
    large = int(sys.argv[1]) if len(sys.argv) > 1 else LARGE
    with offices() as places:
        for place in reversed(places):
            limited = place.accept(level_1(next(place.persons(1)))).case.case_no
            begun = time.perf_counter()
            grow(place, limited, large)
            print(f"{large} open cases, {place.kind}: {time.perf_counter() - begun:.1f} s to make")
            _report(place)


def _report(place: Place) -> None:
    postgresql = place.kind == "postgresql"

    def floor() -> None:
        with place.opened.sessions.reading(wall.CLOSED) as session:
            session.execute(text("SELECT 1"))

    for name, once in {"SELECT 1, the floor": floor, **acts(place)}.items():
        before = _read_through(place) if postgresql else 0
        took = _timed(once)
        through = (
            f"; {_read_through(place) - before} rows by going through a table" if postgresql else ""
        )
        verdict = "" if "counts" not in name else "holds" if took.wall <= LIMIT_MS else "SLOW"
        print(
            f"{name}, {place.kind}: {took.wall:.1f} ms, {took.cpu:.1f} of our processor {verdict}{through}",
            flush=True,
        )


if __name__ == "__main__":
    main()
