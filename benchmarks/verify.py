"""Verification of a long journal: entries a second, whole and since a seal, and the memory it takes.

An office's stream is grown to 20,000 entries (``python benchmarks/verify.py 1000000`` for more), sealed on
the way, with cases beside it (a second number: how many); everything is verified, the seals file and a
witness included, and one entry altered behind the triggers is found. What cases cost ``verify_cases.py``
says.
"""

import resource
import sys
import time

from sqlalchemy import func, select, text

from benchmarks._office import COUNTY, Place, level_3, offices
from database import connection
from engine import journal
from engine.journal import JournalEntry
from oversight import seal_checks, seal_record, seals, verification
from oversight.findings import Finding
from oversight.seal_record import Checkpoint, Seal

ENTRIES, AT_ONCE, CASES = 20_000, 10_000, 200


def grow(place: Place, until: int) -> None:
    """Add entries to the county's stream, and seal after each lot."""
    done = 0
    while done < until:
        lot = min(AT_ONCE, until - done)
        with place.opened.sessions.command() as session:
            for number in range(lot):
                detail = {"number": done + number}
                journal.append_office(session, COUNTY, "noted", detail=detail)
        done += lot
        assert seals.seal_all(place.opened.sessions)


def findings(place: Place, since_seal: int | None = None) -> tuple[list[Finding], float]:
    """What verification finds, and how many seconds it took."""
    began = time.perf_counter()
    with place.opened.sessions.reading() as session:
        office = place.opened.office
        found = list(verification.verify_office(session, office, since_seal=since_seal))
        found += seal_checks.check_witness(session, witness(place))
    return found, time.perf_counter() - began


def witness(place: Place) -> list[Checkpoint]:
    """The seals as a witness holds them."""
    with place.opened.sessions.reading() as session:
        listed = session.execute(select(Seal).order_by(Seal.seal_no)).scalars()
        return [seal_record.checkpoint(seal) for seal in listed]


def alter(place: Place) -> None:
    """Change one entry in the middle, as the database's owner can."""
    engine = connection.connect(place.owner_url)
    with engine.begin() as opened:
        if place.kind == "postgresql":
            opened.execute(text("ALTER TABLE journal DISABLE TRIGGER USER"))
        else:
            named = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal'"
            for name in opened.execute(text(named)).scalars().all():
                opened.execute(text(f'DROP TRIGGER "{name}"'))
        middle = opened.execute(select(func.max(JournalEntry.entry_id))).scalar_one() // 2
        altered = "UPDATE journal SET action = 'denied' WHERE entry_id = :it"
        opened.execute(text(altered), {"it": middle})
    engine.dispose()


def main(entries: int, cases: int) -> None:
    """Both databases."""
    with offices() as places:
        for place in places:
            persons = place.persons(cases)
            for _ in range(cases):
                place.accept(level_3(next(persons)))
            grow(place, entries)
            with place.opened.sessions.reading() as session:
                total = session.execute(select(func.count()).select_from(JournalEntry)).scalar_one()
                last = session.execute(select(func.max(Seal.seal_no))).scalar_one()
            found, took = findings(place)
            assert found == [], found[:3]
            since, partly = findings(place, last)
            assert since == [], since[:3]
            alter(place)
            broken, _ = findings(place)
            assert any(one.rule == "journal.altered" for one in broken), broken
            most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(
                f"verify, {place.kind}: {total:,} entries under {last} seals in {took:.1f} s "
                f"({total / took:,.0f} a second), since the last seal in {partly:.1f} s; "
                f"at most {most:.0f} MiB"
            )


if __name__ == "__main__":
    given = [int(number) for number in sys.argv[1:]]
    main(*given, *(ENTRIES, CASES)[len(given) :])
