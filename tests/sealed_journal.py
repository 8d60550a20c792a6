"""A journal of any length, and its seals as a test makes them: without waiting for the interval."""

from pathlib import Path

from database.connection import Sessions
from engine import journal
from oversight import seal_file, seals
from oversight.seal_record import Seal

AGENCY = "990101"


def grow(sessions: Sessions, entries: int, agency: str = AGENCY) -> None:
    """Add entries to an agency's stream."""
    with sessions.command() as session:
        for number in range(entries):
            journal.append_office(session, agency, "noted", detail={"number": number})


def seal(sessions: Sessions, file: Path | None = None) -> list[Seal]:
    """Seal what is new, and add it to a seal file."""
    made = seals.seal_all(sessions)
    if file is not None:
        with sessions.reading() as session:
            seal_file.write(session, file)
    return made
