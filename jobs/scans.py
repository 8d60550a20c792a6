"""Looks every night whether each scan is still on the disk and still what its digest says.

A spoiled scan is found when it can still be fetched from a backup, not when a court asks for it; the cases
whose files it spoils are named. The round goes by digest, a few scans a turn, and goes on with the next tick
where it left off.
"""

from collections.abc import Sequence
from datetime import time
from typing import Any

from sqlalchemy import String, cast, select

from database.refusals import InvariantBroken
from engine.archiving import destroyed
from engine.archiving.manifests import ArchiveManifest
from engine.scans import files
from engine.scans.files import StoredFile
from jobs.job import Job, Outcome, Turn

NAME = "scans"
AT = time(1, 0)
PAGE = 50
# So many digests of spoiled scans, and cases they belong to, are listed; all of the scans are counted.
LISTED = 20


def job() -> Job:
    """The nightly job."""
    return Job(NAME, run, at=AT)


def run(turn: Turn) -> Outcome:
    """Check scans after the place of the last turn, until all are checked or the turn is long."""
    told = _begun() if turn.place is None else {**_begun(), **turn.result}
    place = turn.place or ""
    while page := _page(turn, place):
        for digest in page:
            turn.go_on()
            _look(turn, digest, told)
            place = digest
            if turn.is_long():
                return Outcome(told, place)
    return Outcome(told)


def _begun() -> dict[str, Any]:
    return {"checked": 0, "spoiled": 0, "digests": [], "cases": []}


def _page(turn: Turn, after: str) -> Sequence[str]:
    there = (StoredFile.digest > after, destroyed.still_kept(StoredFile.digest))
    asked = select(StoredFile.digest).where(*there).distinct()
    with turn.sessions.reading() as session:
        return session.execute(asked.order_by(StoredFile.digest).limit(PAGE)).scalars().all()


def _look(turn: Turn, digest: str, told: dict[str, Any]) -> None:
    told["checked"] += 1
    try:
        files.check_sealed(digest, files.sealed(turn.office.scans, digest))
    except InvariantBroken:
        told["spoiled"] += 1
        if len(told["digests"]) < LISTED:
            told["digests"] = [*told["digests"], digest]
            told["cases"] = [*told["cases"], *_cases(turn, digest)][:LISTED]


def _cases(turn: Turn, digest: str) -> Sequence[str]:
    """The numbers of the ended cases whose manifests name a scan: looked for only where it is spoiled."""
    named = cast(ArchiveManifest.pieces, String).contains(digest)
    asked = select(ArchiveManifest.case_no).where(named).order_by(ArchiveManifest.case_id)
    with turn.sessions.reading() as session:
        return session.execute(asked.limit(LISTED)).scalars().all()
