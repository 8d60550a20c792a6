"""Scans that no row names, and pieces that a killed upload left: found, and removed safely.

What is young may be waiting for its row; a store says what is old, and looks once more before it removes it.
"""

from datetime import datetime

from sqlalchemy import select

from database.connection import Sessions
from engine.archiving import destroyed
from engine.scans.files import StoredFile
from engine.scans.scan_store import ScanStore


def remove(sessions: Sessions, scans: ScanStore, shelf: str, now: datetime) -> int:
    """Remove what is old on one shelf and named by no row, or destroyed by one; how many things."""
    old = scans.old(shelf, now)
    digests = {one.digest for one in old if one.digest}
    with sessions.reading() as session:
        asked = select(StoredFile.digest).where(
            StoredFile.digest.in_(digests), destroyed.still_kept(StoredFile.digest)
        )
        named = set(session.execute(asked).scalars())
    return sum(scans.remove(shelf, one, now) for one in old if one.digest not in named)
