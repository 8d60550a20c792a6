"""``accept`` of a level-3 case in process, one commit, against the bare durable commit of one row.

The floor is one INSERT and COMMIT through the same driver (sqlite3, psycopg) on the same database, with
the same durability; every accepted case is asserted to be completed, posted, receipted and sealed into
its journal. Each case is of a person of its own.
"""

import sqlite3
from collections.abc import Callable

import psycopg
from sqlalchemy import select
from sqlalchemy.engine import make_url

from benchmarks._office import Place, compared, level_3, median, offices, say
from database.connection import SQLITE_PRAGMAS
from engine.journal import JournalEntry
from engine.paperwork.documents import IssuedDocument
from register.subjects import Version

ROUNDS, COUNT, COMMITS = 9, 40, 400
GOALS = {"sqlite": (0.06, 0.15), "postgresql": (0.08, 0.20)}
ACTIONS = ["accepted", "handle", "posted", "completed", "issued", "manifest"]


def bare(place: Place) -> Callable[[], None]:
    """One durable commit of one row, straight through the driver."""
    url = make_url(place.owner_url)
    row = ("x" * 200,)
    if place.kind == "sqlite":
        opened = sqlite3.connect(str(url.database), isolation_level=None)
        for pragma, value in SQLITE_PRAGMAS.items():
            opened.execute(f"PRAGMA {pragma}={value}")
        opened.execute("CREATE TABLE bench_floor (row_id INTEGER PRIMARY KEY, said TEXT)")

        def commit() -> None:
            opened.execute("BEGIN IMMEDIATE")
            opened.execute("INSERT INTO bench_floor (said) VALUES (?)", row)
            opened.execute("COMMIT")

        return commit
    connected = psycopg.connect(
        host=str(url.query["host"]), user=url.username, dbname=url.database, prepare_threshold=0
    )
    connected.execute("CREATE TABLE bench_floor (row_id BIGSERIAL PRIMARY KEY, said TEXT)")
    connected.commit()

    def insert() -> None:
        connected.execute("INSERT INTO bench_floor (said) VALUES (%s)", row)
        connected.commit()

    return insert


def assert_walked(place: Place, case_no: str) -> None:
    """The case really went all the way: register, receipt and journal are there."""
    with place.opened.sessions.reading() as session:
        entries = select(JournalEntry.action).where(JournalEntry.stream == case_no)
        found = list(session.execute(entries.order_by(JournalEntry.seq)).scalars())
        assert found == ACTIONS, found
        for rows in (Version, IssuedDocument):
            assert session.execute(select(rows).where(rows.case_no == case_no)).first() is not None


def main() -> None:
    """Both databases, in turns with their floor."""
    with offices() as places:
        for place in places:
            commit = bare(place)
            persons = place.persons(ROUNDS * COUNT + 20)
            last = ""

            def accept(place: Place = place, persons: object = persons) -> None:
                nonlocal last
                work = place.accept(level_3(next(persons)))  # type: ignore[call-overload]
                assert work.case.status == "completed"
                last = work.case.case_no

            for _ in range(20):
                accept()
                commit()
            mine, floor = compared(accept, commit, rounds=ROUNDS, counts=(COUNT, COMMITS))
            assert_walked(place, last)
            more = (
                f"{median(mine) * 1e3:.2f} ms (CPU {median(mine, 'cpu') * 1e3:.2f}) against "
                f"{median(floor) * 1e3:.3f} ms (CPU {median(floor, 'cpu') * 1e3:.3f})"
            )
            ratio = median(floor) / median(mine)
            say(f"accept, of the bare commit, {place.kind}", ratio, *GOALS[place.kind], more)
            best = min(one.wall for one in floor) / min(one.wall for one in mine)
            print(f"  the quickest round of each: {best:.3g}")


if __name__ == "__main__":
    main()
