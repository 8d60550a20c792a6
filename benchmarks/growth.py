"""What grows must stay flat: queue page, look-up, list, sign-off and decision at 10^3 and at 10^5 rows.

The rows of further cases and grants are made by SQL, copied from two waiting level-1 cases and one grant, all
of one county: the queue measured is the one they all wait in. No finished case is copied: the database's
guard lets none be without its posting, its papers and its file. What is measured
are the real use cases, on cases of their own. ``python benchmarks/growth.py 1000000`` grows further.
"""

import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, Table, func, select, text

from authz import actors, decisions, epoch
from authz.acts import Act
from authz.granting.grant_record import Grant
from authz.offices.accounts import Account
from benchmarks._office import COUNTY, Place, level_1, offices
from database import connection, wall
from database.declarative import table_of
from engine import views
from engine.journal import JournalEntry
from engine.queueing import queues
from engine.record import Case, CaseContent, CaseState, Task
from engine.signoffs import SignOff

SMALL, LARGE, LIMIT = 1_000, 100_000, 1.5
REPEATED = 30
FIRST_COPY = 1_000_000
PARTS = (Case, CaseContent, CaseState, Task, SignOff, JournalEntry)
NUMBERED = "WITH RECURSIVE n(i) AS (SELECT {since} UNION ALL SELECT i + 1 FROM n WHERE i < {until})"


def copy(opened: Connection, table: Table, where: str, new: dict[str, str], span: str) -> None:
    """Insert copies of the rows ``where``, once for every number, with ``new`` for these columns."""
    counted = {
        c.name for c in table.primary_key if c.name in ("sign_off_id", "entry_id", "grant_id")
    }
    names = [f'"{c.name}"' for c in table.columns if c.name not in counted]
    said = [new.get(name.strip('"'), f"source.{name}") for name in names]
    opened.execute(
        text(
            f"INSERT INTO {table.name} ({', '.join(names)}) {span} "  # noqa: S608 - our own words
            f"SELECT {', '.join(said)} FROM {table.name} AS source, n WHERE {where}"
        )
    )


def grow(place: Place, templates: Sequence[str], since: int, until: int) -> None:
    """Bring the database from ``since`` to ``until`` cases and grants."""
    engine = connection.connect(place.owner_url)
    padded = "printf('%012d', n.i)" if place.kind == "sqlite" else "lpad(n.i::text, 12, '0')"
    with engine.begin() as opened:
        wall.open_to(opened)
        for half, case_no in enumerate(templates):
            found = select(table_of(Case).c.case_id).where(table_of(Case).c.case_no == case_no)
            case_id = opened.execute(found).scalar_one()
            first = FIRST_COPY * (half + 1)
            span = NUMBERED.format(since=first + since // 2, until=first + until // 2 - 1)
            for model in PARTS:
                table = table_of(model)
                keyed = "case_id" in table.columns
                where = f"source.case_id = {case_id}" if keyed else f"source.stream = '{case_no}'"
                number = f"'{COUNTY}2020' || {padded}"
                new = {"case_id": "n.i", "case_no": number, "stream": number}
                new["task_id"] = f"'bench-{half}-' || {padded}"
                copy(opened, table, where, new, span)
        grants(opened, padded, since, until)
        if place.kind == "postgresql":
            opened.execute(text("ANALYZE"))
    engine.dispose()


def grants(opened: Connection, padded: str, since: int, until: int) -> None:
    """Grants to persons of the county, ten to each."""
    table, people = table_of(Grant), table_of(Account)
    span = NUMBERED.format(since=FIRST_COPY + since // 10, until=FIRST_COPY + until // 10 - 1)
    new = {"account_id": "n.i", "staff_no": f"'N' || {padded}"}
    copy(opened, people, "source.staff_no = 'T102'", new, span)
    span = NUMBERED.format(since=FIRST_COPY * 10 + since, until=FIRST_COPY * 10 + until - 1)
    one = opened.execute(select(func.min(table.c.grant_id))).scalar_one()
    new = {"account_id": "n.i / 10", "post": "NULL"}
    with _unguarded(opened):
        copy(opened, table, f"source.grant_id = {one}", new, span)


@contextmanager
def _unguarded(opened: Connection) -> Iterator[None]:
    """Without the trigger that wants a case for every grant once there are cases: these are copies."""
    if opened.dialect.name == "postgresql":
        opened.execute(text("ALTER TABLE grants DISABLE TRIGGER entered"))
        yield
        opened.execute(text("ALTER TABLE grants ENABLE TRIGGER entered"))
        return
    asked = text("SELECT sql FROM sqlite_master WHERE name = 'grants_founding'")
    trigger = opened.execute(asked).scalar_one()
    opened.exec_driver_sql("DROP TRIGGER grants_founding")
    yield
    opened.exec_driver_sql(trigger)


def times(place: Place, case_no: str, people: Iterator[dict[str, str]]) -> dict[str, float]:
    """The median seconds of each use case, on the database as it is; ``people`` get cases to be signed."""
    sessions, office = place.opened.sessions, place.opened.office
    act = Act(
        "handle",
        agency=COUNTY,
        process="account_adjustment",
        handling="limited",
        level=1,
        route="county",
    )
    waiting = iter([place.accept(level_1(next(people))) for _ in range(REPEATED)])

    def reading(use: Callable[..., object]) -> Callable[[], None]:
        def once() -> None:
            with sessions.reading() as session:
                use(session, actors.load(session, place.accounts["R101"]))

        return once

    def page(session: object, actor: object) -> None:
        found = queues.worklist(session, actor)  # type: ignore[arg-type]
        assert len(found["items"]) == queues.PAGE

    def sign() -> None:
        assert place.sign(next(waiting), "R101").case.sign_off_count == 2

    def decide() -> None:
        with sessions.command() as session:
            assert decisions.may(session, actors.load(session, place.accounts["T101"]), act)

    def decide_anew() -> None:
        with sessions.command() as session:
            epoch.bump(session)
        decide()

    acts: dict[str, Callable[[], None]] = {
        "queue page": reading(page),
        "case look-up": reading(lambda s, a: views.case_view(s, office, a, case_no)),
        "case list": reading(queues.cases),
        "case list, one status": reading(lambda s, a: queues.cases(s, a, status="returned")),
        "sign-off": sign,
        "decision": decide,
        "decision after a change of authority": decide_anew,
    }
    return {name: _median(once) for name, once in acts.items()}


def _median(once: Callable[[], None]) -> float:
    taken = []
    for _ in range(REPEATED):
        begun = time.perf_counter()
        once()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def main() -> None:
    """Grow both databases, and compare."""
    large = int(sys.argv[1]) if len(sys.argv) > 1 else LARGE
    with offices() as places:
        for place in places:
            # All of them first: the register is opened before the first case.
            people = place.persons(2 + 3 * REPEATED)
            templates = tuple(place.accept(level_1(next(people))).case.case_no for _ in range(2))
            waiting = templates[0]
            grow(place, templates, 0, SMALL)
            times(place, waiting, people)
            before = times(place, waiting, people)
            grow(place, templates, SMALL, large)
            after = times(place, waiting, people)
            with place.opened.sessions.reading() as session:
                for model in (Case, Grant):
                    count = session.execute(select(func.count()).select_from(model)).scalar_one()
                    assert count >= large
            for name, seconds in after.items():
                ratio = seconds / before[name]
                verdict = "holds" if ratio <= LIMIT else "GROWS"
                print(
                    f"{name}, {place.kind}, {large} against {SMALL}: {ratio:.2f} (at most {LIMIT}): "
                    f"{verdict}. {seconds * 1e3:.2f} ms against {before[name] * 1e3:.2f} ms"
                )


if __name__ == "__main__":
    main()
