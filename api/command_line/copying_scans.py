"""``tongban copy-scans``: from the data folder to the bucket, or back; each is read where it went.

It may be broken off and begun again, and run while the office works: the next run copies what came since.
"""

import argparse
import sys
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session
from tqdm import tqdm

from api import composition
from api.composition import StartRefused
from api.settings import Settings
from database.connection import Sessions
from database.refusals import InvariantBroken
from engine.archiving import destroyed
from engine.scans import files
from engine.scans.files import StoredFile
from engine.scans.scan_folder import ScanFolder
from engine.scans.scan_store import ScanStore

DIRECTIONS = ("to-bucket", "to-folder")
_PAGE = 500


def run(arguments: argparse.Namespace, chosen: Settings) -> int:
    """Copy every scan that a row names; 1 where one was lost before. Raises StartRefused, StoreAway."""
    if chosen.scans is None:
        raise StartRefused("set TONGBAN_SCANS and what belongs to it: they name the bucket")
    opened = composition.open_office(chosen)
    places = ScanFolder(chosen.data_dir), opened.office.scans
    source, goal = places if arguments.direction == DIRECTIONS[0] else places[::-1]
    copied, there, lost = 0, 0, 0
    try:
        for digest in tqdm(_digests(opened.sessions), unit="scan", file=sys.stderr, disable=None):
            try:
                if _is_there(goal, digest):
                    there += 1
                else:
                    files.put_sealed(goal, digest, source.read(digest))
                    files.check_sealed(digest, goal.read(digest))
                    copied += 1
            except InvariantBroken as broken:
                lost += 1
                sys.stdout.write(f"{digest}: {broken}\n")
    finally:
        opened.sessions.engine.dispose()
    sys.stdout.write(f"{copied} scans copied, {there} were there already, {lost} lost\n")
    return 1 if lost else 0


def _is_there(goal: ScanStore, digest: str) -> bool:
    try:
        files.check_sealed(digest, goal.read(digest))
    except InvariantBroken:
        return False
    return True


def _digests(sessions: Sessions) -> Iterator[str]:
    """Those of all scans to be kept, by pages: copying takes longer than a transaction may."""
    last = ""
    while True:
        with sessions.reading() as session:
            page = _page(session, last)
        yield from page
        if not page:
            return
        last = page[-1]


def _page(session: Session, after: str) -> list[str]:
    asked = select(StoredFile.digest).where(
        StoredFile.digest > after, destroyed.still_kept(StoredFile.digest)
    )
    ordered = asked.distinct().order_by(StoredFile.digest).limit(_PAGE)
    return list(session.execute(ordered).scalars())
