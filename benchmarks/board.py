"""The board at a small and at a large office: the same day, read beside few and beside many earlier cases.

usage: python benchmarks/board.py [CASES]; the earlier cases are copies that ended in another year.
"""

import statistics
import sys
import time

from sqlalchemy import Connection, text

from benchmarks._office import COUNTY, Place, level_1, level_3, offices
from benchmarks.growth import FIRST_COPY, NUMBERED, REPEATED, copy
from database import connection
from database.declarative import table_of
from engine.boards import board
from engine.record import Case, Task

SMALL, LARGE, LIMIT = 1_000, 100_000, 1.5
OF_THE_DAY = 40
LONG_AGO = "'2020-03-02 02:00:00.000000'"


def fill(place: Place, case_no: str, since: int, until: int) -> None:
    """Bring the database from ``since`` to ``until`` earlier cases, each with the one step it had."""
    engine = connection.connect(place.owner_url)
    postgresql = place.kind == "postgresql"
    ago = f"TIMESTAMPTZ {LONG_AGO}" if postgresql else LONG_AGO
    padded = "lpad(n.i::text, 12, '0')" if postgresql else "printf('%012d', n.i)"
    span = NUMBERED.format(since=FIRST_COPY + since, until=FIRST_COPY + until - 1)
    number = f"'{COUNTY}2020' || {padded}"
    ended = {"case_id": "n.i", "case_no": number, "status": "'withdrawn'"}
    with engine.begin() as opened:
        _unguarded(opened, place.kind)
        (case_id,) = opened.execute(
            text("SELECT case_id FROM cases WHERE case_no = :no"), {"no": case_no}
        ).one()
        mine = f"source.case_id = {case_id}"
        new = {**ended, "accepted_at": ago, "finished_at": ago}
        copy(opened, table_of(Case), mine, new, span)
        task = {"task_id": f"'bench-' || {padded}", "case_id": "n.i", "closed_at": ago}
        copy(opened, table_of(Task), mine, task, span)
        if postgresql:
            opened.execute(text("ANALYZE"))
    engine.dispose()


def _unguarded(opened: Connection, kind: str) -> None:
    """Take the guards off these two tables: the copies have neither file nor journal."""
    for table in ("cases", "tasks"):
        if kind == "postgresql":
            opened.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            continue
        found = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
        for name in opened.execute(found, {"table": table}).scalars().all():
            opened.execute(text(f'DROP TRIGGER "{name}"'))


def seconds(place: Place) -> float:
    """The median of reading the county's board."""
    taken = []
    for _ in range(REPEATED):
        begun = time.perf_counter()
        with place.opened.sessions.reading() as session:
            actor = place.actor(session, "S101")
            found = board.report(session, place.opened.office, actor, COUNTY)
        taken.append(time.perf_counter() - begun)
        assert found["totals"]["accepted"] == OF_THE_DAY
    return statistics.median(taken)


def main() -> None:
    """A day's cases, then many earlier ones beside them."""
    large = int(sys.argv[1]) if len(sys.argv) > 1 else LARGE
    with offices() as places:
        for place in places:
            people = place.persons(OF_THE_DAY)
            waiting = [place.accept(level_1(next(people))) for _ in range(OF_THE_DAY // 2)]
            for applicant in people:
                place.accept(level_3(applicant))
            for work in waiting[::2]:
                place.sign(work, "R101")
            case_no = waiting[1].case.case_no
            fill(place, case_no, 0, SMALL)
            seconds(place)
            before = seconds(place)
            fill(place, case_no, SMALL, large)
            after = seconds(place)
            ratio = after / before
            verdict = "holds" if ratio <= LIMIT else "GROWS"
            print(
                f"board, {place.kind}, {large} against {SMALL}: {ratio:.2f} (at most {LIMIT}): "
                f"{verdict}. {after * 1e3:.1f} ms against {before * 1e3:.1f} ms"
            )


if __name__ == "__main__":
    main()
