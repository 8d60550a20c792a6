"""``tongban seal``: seals at once what the jobs would seal at their interval."""

import argparse
import sys
from pathlib import Path

from api import composition
from api.settings import Settings
from database.connection import Sessions
from database.refusals import InvariantBroken
from oversight import seal_file, seals


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


def _write(sessions: Sessions, files: list[Path]) -> None:
    with sessions.reading() as session:
        for file in files:
            seal_file.write(session, file)
