"""``tongban backup``, ``restore`` and ``copy-to``: each ends in verifying what it wrote.

Exit 0: it holds; 1: it doesn't, or the backup or the database can't be used, which is said in one line.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import BinaryIO, Never

from sqlalchemy.engine import URL
from tqdm import tqdm

from api import composition, scan_settings, settings
from api.command_line import key_rotation, offices, staging, targets
from api.composition import Opened
from api.settings import Settings
from database import copying, key_wrapping, keys, schema
from database.copying import CopyRefused
from oversight import backup as backups
from oversight import backup_file
from oversight.backup_file import BackupRefused, BackupWriter, Manifest
from oversight.findings import Finding
from oversight.restoring import Restoring

Command = Callable[[argparse.Namespace, Settings], int]
Step = Callable[[int], None]


def _said(command: Command) -> Command:
    """Say in one line why it can't be done; exit 1."""

    @wraps(command)
    def said(arguments: argparse.Namespace, chosen: Settings) -> int:
        try:
            return command(arguments, chosen)
        except (BackupRefused, CopyRefused) as refused:
            sys.stderr.write(f"tongban: {refused}\n")
            return 1

    return said


@_said
def backup(arguments: argparse.Namespace, chosen: Settings) -> int:
    """Write a backup, read it back into a database of its own and verify that."""
    place = Path(arguments.file).absolute()
    opened = composition.open_office(chosen)
    try:
        with staging.written_aside(place) as (file, folder):
            lost = _write(opened, file)
            findings = [*lost, *_drilled(file, folder, chosen)]
    finally:
        opened.sessions.engine.dispose()
    sys.stdout.write(
        f"{place}: {place.stat().st_size} bytes; keep the key file {chosen.key_file} apart from it\n"
    )
    return _ended(findings, "the backup")


@_said
def restore(arguments: argparse.Namespace, chosen: Settings) -> int:
    """Restore a backup into an empty database and a data folder without materials; verify it."""
    if not chosen.key_file.exists():
        raise BackupRefused(
            f"there is no key file at {chosen.key_file}: a backup doesn't hold its key; set "
            "TONGBAN_KEY_FILE to the key file of the office it was made of"
        )
    keys.install(keys.load(chosen.key_file, key_wrapping.of(chosen.key_wrapping)))
    with _opened(Path(arguments.file)) as file:
        manifest = backup_file.check(file, schema.newest())
        with staging.staged(
            chosen.data_dir, scan_settings.store(chosen.scans, chosen.data_dir)
        ) as beside:
            with _read(file, manifest, chosen, beside.folder, keep_materials=True) as lost:
                if lost and not arguments.accept_lost:
                    raise BackupRefused(_lost(lost))
                # Before the rows are committed: a row without its scan is worse than the reverse.
                beside.move()
            beside.keep()
    sys.stdout.write(
        f"restored into {targets.shown(chosen.database_url)} and {chosen.data_dir}: "
        f"the office as of {manifest['made_at']}\n"
    )
    key_rotation.ask_again(chosen)
    return _ended([*map(backups.gone, lost), *_verified(chosen)], "the restored office")


@_said
def copy_to(arguments: argparse.Namespace, chosen: Settings) -> int:
    """Copy every row into an empty database and verify it; materials stay where they are."""
    goal = _goal(arguments, chosen)
    tables = targets.tables()
    opened = composition.open_office(chosen)
    try:
        with opened.sessions.reading() as source:
            counts = copying.counts(source, tables)
            with targets.filled(goal) as target, _bar(sum(counts.values())) as step:
                for table in tables:
                    for batch in copying.batches(source, table):
                        copying.write(target, table, batch)
                        step(len(batch))
                with opened.sessions.reading() as later:
                    _require_still(counts, copying.counts(later, tables))
    finally:
        opened.sessions.engine.dispose()
    sys.stdout.write(
        f"copied to {targets.shown(goal.database_url)}; materials, definitions and the key stay "
        f"where they are: set TONGBAN_DATABASE_URL to the new database\n"
    )
    return _ended(_verified(goal), "the copied office")


def _write(opened: Opened, file: BinaryIO) -> list[Finding]:
    tables = targets.tables()
    writer = BackupWriter(file)
    with opened.sessions.reading() as session:
        manifest = backups.manifest(session, schema.newest(), tables)
        with _bar(_total(manifest)) as step:
            lost = backups.write(session, opened.office, tables, manifest, writer, step)
    writer.close()
    file.flush()
    os.fsync(file.fileno())
    return lost


def _drilled(file: BinaryIO, folder: Path, chosen: Settings) -> list[Finding]:
    """What verification finds in the backup, restored into a database that is gone afterwards."""
    url = URL.create("sqlite", database=str(folder / "drill.db")).render_as_string()
    drill = replace(
        chosen, database_url=url, migration_url=None, data_dir=folder / "data", scans=None
    )
    manifest = backup_file.check(file, schema.newest())
    with _read(file, manifest, drill, drill.data_dir, keep_materials=False):
        pass
    return _verified(drill)


@contextmanager
def _read(
    file: BinaryIO, manifest: Manifest, goal: Settings, folder: Path, *, keep_materials: bool
) -> Iterator[list[str]]:
    """Read a checked backup; its rows are committed when the block ends well.

    Gives the digests of scans that were lost before the backup was made.
    """
    with targets.filled(goal) as session:
        with _bar(_total(manifest)) as step:
            restoring = Restoring(
                session, targets.tables(), folder, keep_materials=keep_materials, progress=step
            )
            lost = restoring.read(file, manifest)
        yield lost


def _verified(chosen: Settings) -> list[Finding]:
    opened = composition.open_office(chosen)
    try:
        with opened.sessions.reading() as session:
            return list(offices.all_findings(session, opened))
    finally:
        opened.sessions.engine.dispose()


def _ended(findings: list[Finding], what: str) -> int:
    for finding in findings:
        sys.stdout.write(f"{finding}\n")
    held = f"{len(findings)} findings" if findings else "everything holds"
    sys.stdout.write(f"{what}: {held}\n")
    return 1 if findings else 0


def _goal(arguments: argparse.Namespace, chosen: Settings) -> Settings:
    """The settings of the new database. Raises SettingRefused."""
    said = {"TONGBAN_DATABASE_URL": arguments.url}
    if arguments.migration_url is not None:
        said["TONGBAN_MIGRATION_URL"] = arguments.migration_url
    read = settings.read(said)
    return replace(chosen, database_url=read.database_url, migration_url=read.migration_url)


def _require_still(before: Mapping[str, int], after: Mapping[str, int]) -> None:
    if before != after:
        moved = min(name for name in before if before[name] != after[name])
        raise CopyRefused(
            f"the office went on working while it was copied (there are new rows in {moved}): stop "
            "its servers and workers first; nothing was copied"
        )


def _lost(digests: list[str]) -> str:
    some = ", ".join(digest[:12] for digest in digests[:5])
    return (
        f"{len(digests)} materials were lost when the backup was made ({some}, by digest): use "
        "another backup, or restore what is there with --accept-lost"
    )


def _total(manifest: Manifest) -> int:
    return int(sum(manifest["rows"].values()) + manifest["materials"])


def _opened(place: Path) -> BinaryIO:
    try:
        return place.open("rb")
    except OSError as failed:
        raise BackupRefused(f"{place}: {failed.strerror}") from failed


@contextmanager
def _bar(total: int) -> Iterator[Step]:
    bar: tqdm[Never] = tqdm(total=total, unit="row", file=sys.stderr, disable=None)

    def step(rows: int) -> None:
        bar.update(rows)

    with bar:
        yield step
