"""``tongban seal``, and the thread of a serving node that seals the journal at an interval.

A failure stops nothing: it is logged, counted, and said by readiness until a sealing succeeds again.
"""

import argparse
import logging
import sys
import threading
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from api import composition, meters
from api.composition import Opened
from api.settings import Settings
from database.connection import Sessions
from database.refusals import InvariantBroken, Unavailable
from oversight import seal_file, seals
from oversight.seal_file import WitnessRefused

_log = logging.getLogger(__name__)
# The thread finishes the seal it is at before the server gives its connections back.
LAST_SECONDS = 20


def seal(arguments: argparse.Namespace, chosen: Settings) -> int:
    """Seal what is new, and write every seal to the office's seal file and to the one named.

    Raises SealBusy, WitnessRefused, OSError; 1 where what was sealed before no longer stands there.
    """
    opened = composition.open_office(chosen)
    files = [seal_file.place(chosen.data_dir)]
    if arguments.output is not None:
        files.append(Path(arguments.output).absolute())
    try:
        made = seals.seal_all(opened.sessions)
        _write(opened.sessions, files)
        with opened.sessions.reading() as session:
            last = seals.latest(session)
    except InvariantBroken as broken:
        sys.stderr.write(f"tongban: {broken}\n")
        return 1
    finally:
        opened.sessions.engine.dispose()
    if last is None:
        sys.stdout.write("nothing to seal: the journal is empty\n")
        return 0
    new = "nothing is new since" if not made else f"{len(made)} new;"
    sys.stdout.write(f"{new} seal {last.seal_no}: {last.size} entries, root {last.root}\n")
    for file in files:
        sys.stdout.write(f"{file}\n")
    return 0


class Sealer:
    """Seals at an interval, in a thread of its own, until stopped."""

    def __init__(self, opened: Opened, seconds: int) -> None:
        self._sessions = opened.sessions
        self._file = seal_file.place(opened.office.data_dir)
        self._seconds = seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sealer", daemon=True)
        self.failing: str | None = None

    def start(self) -> None:
        """Begin, unless it is never to seal."""
        if self._seconds:
            self._thread.start()

    def stop(self) -> None:
        """Finish the seal it is at; returns when it has, or is given up."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(LAST_SECONDS)

    def _run(self) -> None:
        while not self._stopping.wait(self._seconds):
            self.once()

    def once(self) -> None:
        """Seal what is new, now; a failure is noted, not raised."""
        try:
            seals.seal_all(self._sessions)
            _write(self._sessions, [self._file])
        except Unavailable:
            # Somebody writes for long: the next turn seals it.
            _log.warning("the journal is too busy to be sealed")
        except (SQLAlchemyError, OSError, InvariantBroken, WitnessRefused) as failed:
            # The kind and nothing else: a driver's message may name addresses and values.
            self.failing = type(failed).__name__
            meters.sealing_failed()
            fields = {"failure": self.failing}
            _log.error("the journal could not be sealed", extra={"fields": fields})
        else:
            self.failing = None


def _write(sessions: Sessions, files: list[Path]) -> None:
    with sessions.reading() as session:
        for file in files:
            seal_file.write(session, file)
