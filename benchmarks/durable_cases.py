"""Whole level-1 cases a second, durable: ours with everything, stock SpiffWorkflow with nothing but itself.

Ours: authority, validation, risk, posting computed at each step, four sign-offs, guard, double entry,
receipt and chained journal, one commit a step. Theirs: SpiffWorkflow with its official serializer, its
JSON inserted and then updated in one row, one durable commit a step, through the bare driver; none of
the rest. Both walk handle, review, endorse and conclude of the same diagrams.
"""

import sqlite3
from collections.abc import Callable, Iterator

import psycopg
from sqlalchemy.engine import make_url

from benchmarks._office import SIGNERS, Place, compared, level_1, median, offices, say
from benchmarks._stock import STEPS, StockCases
from database.connection import SQLITE_PRAGMAS

ROUNDS, OURS, THEIRS = 7, 8, 8
# Before the first round, of both: PostgreSQL plans a statement anew the first five times on a connection.
WARMING = 40
CREATE = "CREATE TABLE bench_cases (case_id INTEGER PRIMARY KEY, state TEXT NOT NULL)"


def on_sqlite(place: Place, stock: StockCases) -> Callable[[], None]:
    """A stock case in SQLite."""
    opened = sqlite3.connect(str(make_url(place.owner_url).database), isolation_level=None)
    for pragma, value in SQLITE_PRAGMAS.items():
        opened.execute(f"PRAGMA {pragma}={value}")
    opened.execute(CREATE)

    def case() -> None:
        # The teller handles with the acceptance: that step needs no commit of its own.
        state = stock.approve(stock.begin(), STEPS[0])
        opened.execute("BEGIN IMMEDIATE")
        row = (opened.execute("INSERT INTO bench_cases (state) VALUES (?)", (state,)).lastrowid,)
        opened.execute("COMMIT")
        for step in STEPS[1:]:
            opened.execute("BEGIN IMMEDIATE")
            query = "SELECT state FROM bench_cases WHERE case_id = ?"
            (kept,) = opened.execute(query, row).fetchone()
            update = "UPDATE bench_cases SET state = ? WHERE case_id = ?"
            opened.execute(update, (stock.approve(kept, step), *row))
            opened.execute("COMMIT")

    return case


def on_postgresql(place: Place, stock: StockCases) -> Callable[[], None]:
    """A stock case in PostgreSQL."""
    url = make_url(place.owner_url)
    opened = psycopg.connect(
        host=str(url.query["host"]), user=url.username, dbname=url.database, prepare_threshold=0
    )
    opened.execute(CREATE.replace("INTEGER PRIMARY KEY", "BIGSERIAL PRIMARY KEY"))
    opened.commit()

    def case() -> None:
        state = stock.approve(stock.begin(), STEPS[0])
        insert = "INSERT INTO bench_cases (state) VALUES (%s) RETURNING case_id"
        row = opened.execute(insert, (state,)).fetchone()
        assert row is not None
        opened.commit()
        for step in STEPS[1:]:
            query = "SELECT state FROM bench_cases WHERE case_id = %s FOR UPDATE"
            kept = opened.execute(query, row).fetchone()
            assert kept is not None
            update = "UPDATE bench_cases SET state = %s WHERE case_id = %s"
            opened.execute(update, (stock.approve(kept[0], step), row[0]))
            opened.commit()

    return case


def ours(place: Place, persons: Iterator[dict[str, str]]) -> Callable[[], None]:
    """A case of ours, from the window to the posting."""

    def case() -> None:
        work = place.accept(level_1(next(persons)))
        for signer in SIGNERS:
            work = place.sign(work, signer)
        assert (work.case.status, work.case.sign_off_count) == ("completed", len(STEPS))

    return case


def main() -> None:
    """Both databases, in turns."""
    stock = StockCases()
    with offices() as places:
        for place in places:
            theirs = (on_sqlite if place.kind == "sqlite" else on_postgresql)(place, stock)
            mine = ours(place, place.persons(ROUNDS * OURS + WARMING))
            for _ in range(WARMING):
                mine()
                theirs()
            rounds, others = compared(mine, theirs, rounds=ROUNDS, counts=(OURS, THEIRS))
            more = (
                f"{1 / median(rounds):.0f} cases/s (CPU {median(rounds, 'cpu') * 1e3:.1f} ms) against "
                f"{1 / median(others):.0f} (CPU {median(others, 'cpu') * 1e3:.1f} ms)"
            )
            ratio = median(others) / median(rounds)
            say(f"durable level-1 cases, times stock, {place.kind}", ratio, 1.3, 2, more)


if __name__ == "__main__":
    main()
