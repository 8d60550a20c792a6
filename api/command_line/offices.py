"""The commands that look after an office: ``tongban migrate``, ``verify`` and ``new-process``."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Never

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from tqdm import tqdm

from api import composition, shipped
from api.command_line import shares
from api.composition import Opened
from api.running import serving, working
from api.settings import Settings
from database import key_wrapping, keys
from database.declarative import Base
from database.refusals import Conflict, NotFound
from engine.defining import skeleton
from engine.journal import JournalEntry
from engine.record import Case
from oversight import seal_checks, seal_file, verification
from oversight.findings import Finding
from oversight.seal_record import Checkpoint


def migrate(arguments: argparse.Namespace, chosen: Settings) -> int:
    """Bring the database to the newest schema. Raises SchemaRefused."""
    del arguments
    chosen.data_dir.mkdir(parents=True, exist_ok=True)
    keys.install(keys.load(chosen.key_file, key_wrapping.of(chosen.key_wrapping)))
    if warning := serving.owner_warning(chosen):
        sys.stderr.write(warning + "\n")
    working.migrate(chosen)
    sys.stdout.write("the database has the newest schema\n")
    return 0


def verify(arguments: argparse.Namespace, chosen: Settings) -> int:
    """Recompute one case or everything; 1 where something doesn't hold.

    Which posting can't be worked out again, since that version of its process is gone, is said on stderr:
    it is no finding.
    """
    witness = [] if arguments.against is None else list(seal_file.read(Path(arguments.against)))
    opened = composition.open_office(chosen)
    count = 0
    notes: list[Finding] = []
    try:
        with opened.sessions.reading() as session:
            for finding in _findings(session, opened, (arguments, chosen), witness, notes.append):
                count += 1
                line = json.dumps(finding.shown(), ensure_ascii=False)
                sys.stdout.write((line if arguments.json else str(finding)) + "\n")
    finally:
        opened.sessions.engine.dispose()
    for note in notes:
        sys.stderr.write(f"note: {note}: the posting is as signed, and was not worked out again\n")
    if not arguments.json:
        what = _gone_through(arguments)
        sys.stdout.write(f"{what}: {count} findings\n" if count else f"{what}: everything holds\n")
    return 1 if count else 0


def new_process(arguments: argparse.Namespace, chosen: Settings) -> int:
    """Write the skeleton of a process where this office loads its processes from."""
    shipped_here = shipped.process_folder()
    if (shipped_here / arguments.name).exists():
        raise Conflict(f"{arguments.name} is a shipped process: choose another name.")
    written = skeleton.write(
        arguments.name, chosen.processes or shipped_here, shared=shipped_here / "_shared"
    )
    for path in written:
        sys.stdout.write(f"{path}\n")
    sys.stdout.write(
        f"{arguments.name} runs at level 1 from the next start; "
        "an entry in the risk table gives it another level\n"
    )
    return 0


def _gone_through(arguments: argparse.Namespace) -> str:
    """What was verified: whoever reads that it holds must not take a part for the whole."""
    if arguments.case:
        return f"case {arguments.case}"
    if arguments.since_seal is None:
        return "the office"
    part = f"what has entries after seal {arguments.since_seal}, and the journal under every seal"
    return f"{part} (the rows of other cases were not looked at)"


def _findings(
    session: Session,
    opened: Opened,
    asked: tuple[argparse.Namespace, Settings],
    witness: list[Checkpoint],
    noted: Callable[[Finding], None],
) -> Iterator[Finding]:
    arguments, chosen = asked
    case_no = arguments.case
    if case_no is not None:
        if session.execute(select(Case.case_id).where(Case.case_no == case_no)).first() is None:
            raise NotFound(f"There is no case {case_no}.", rule="case.not_found")
        yield from verification.verify_case(session, opened.office, case_no, noted=noted)
    else:
        own = seal_file.place(opened.office.data_dir)
        if own.exists():
            yield from seal_checks.check_file(session, list(seal_file.read(own)))
        alone = arguments.workers == 1 or arguments.since_seal is not None
        shared = None if alone else (chosen, arguments.workers)
        yield from all_findings(session, opened, arguments.since_seal, noted, shared)
    yield from seal_checks.check_witness(session, witness)


def all_findings(
    session: Session,
    opened: Opened,
    since_seal: int | None = None,
    noted: Callable[[Finding], None] = lambda _note: None,
    shared: tuple[Settings, int] | None = None,
) -> Iterator[Finding]:
    """What verification finds in the whole office, with a progress bar for journal and cases.

    ``shared``: with these settings so many processes go through the cases.
    """
    with _bar(session, JournalEntry, "entry") as entries, _bar(session, Case, "case") as cases:
        by_case: Iterator[Finding] | None = None
        if shared is not None:
            by_case = shares.findings(
                session, *shared, progress=lambda done: _step(cases, done), noted=noted
            )
        yield from verification.verify_office(
            session,
            opened.office,
            entries_read=lambda read: _step(entries, read),
            progress=lambda: _step(cases),
            since_seal=since_seal,
            noted=noted,
            by_case=by_case,
        )


def _bar(session: Session, model: type[Base], unit: str) -> "tqdm[Never]":
    total = session.execute(select(func.count()).select_from(model)).scalar_one()
    return tqdm(total=total, unit=unit, file=sys.stderr, disable=None)


def _step(bar: "tqdm[Never]", done: int = 1) -> None:
    bar.update(done)
