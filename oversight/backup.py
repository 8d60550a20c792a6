"""Writes a backup: one snapshot of the rows, the scans they name, the definitions in force and of its cases.

The rows are read first. Scans are only ever added and lie on the disk before their row is committed, so
whatever the snapshot names is there.
"""

import gzip
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from database import clock, copying, keys
from database.portable import PortableTable
from database.refusals import InvariantBroken
from engine.archiving import destroyed
from engine.defining import archive, definition_register
from engine.office import Office
from engine.record import Case
from engine.scans import files
from engine.scans.files import StoredFile
from oversight import backup_file
from oversight.backup_file import BackupWriter, Manifest
from oversight.findings import Finding

PART_BYTES = 4 * 1024 * 1024
_QUICK = 4  # of gzip: most of a row is sealed, and doesn't grow smaller
Progress = Callable[[int], None]


def manifest(session: Session, schema: str, tables: Sequence[PortableTable]) -> Manifest:
    """What stands first in a backup: when, of which schema, under which key, how many rows."""
    return {
        "format": backup_file.FORMAT,
        "made_at": clock.moment_text(clock.now(session)),
        "schema": schema,
        "key": backup_file.fingerprint(),
        "key_version": keys.current().version,
        "rows": copying.counts(session, tables),
        "columns": {table.name: list(table.columns) for table in tables},
        "materials": session.execute(_there(func.count(StoredFile.digest.distinct()))).scalar_one(),
    }


def write(
    session: Session,
    office: Office,
    tables: Sequence[PortableTable],
    said: Manifest,
    writer: BackupWriter,
    progress: Progress,
) -> list[Finding]:
    """Write everything that ``said``, the manifest of the same session, announces.

    The findings name scans that are gone from the disk or spoiled there: the backup says so, too, and
    goes on, since the rest of the office must not be left without one. Raises CopyRefused.
    """
    writer.add_json(backup_file.MANIFEST, said)
    for table in tables:
        for number, part in enumerate(_parts(session, table, progress), 1):
            writer.add(f"rows/{table.name}/{number:06}.jsonl.gz", part)
    _definitions(session, office, writer)
    lost = _materials(session, office, writer, progress)
    writer.add_json(backup_file.END, {"lost": lost})
    return [gone(digest) for digest in lost]


def gone(digest: str) -> Finding:
    """The finding that a scan is not on the disk, or not as it was taken in."""
    return Finding("", f"files#{digest[:12]}", "content", "material.gone")


def _parts(session: Session, table: PortableTable, progress: Progress) -> Iterator[bytes]:
    """The table's rows as lines, in parts that fit in memory."""
    lines: list[bytes] = []
    size = 0
    for batch in copying.batches(session, table):
        for values in batch:
            lines.append(table.line(values).encode() + b"\n")
            size += len(lines[-1])
            if size >= PART_BYTES:
                yield gzip.compress(b"".join(lines), _QUICK, mtime=0)
                lines, size = [], 0
        progress(len(batch))
    if lines:
        yield gzip.compress(b"".join(lines), _QUICK, mtime=0)


def _definitions(session: Session, office: Office, writer: BackupWriter) -> None:
    used = session.execute(select(Case.definition).distinct()).scalars()
    in_force = (definition.digest for definition in office.catalogue.known())
    for digest in sorted({*used, *in_force, *definition_register.to_come(session, office)}):
        # One that is gone is a finding of ``verify``, which every backup ends in.
        for name, content in archive.kept(office.data_dir, digest):
            writer.add(f"definitions/{digest}/{name}", content)


def _there(what: Any) -> Select[Any]:
    """Of the scans that rows name those that were not destroyed after their retention."""
    return select(what).where(destroyed.still_kept(StoredFile.digest))


def _materials(
    session: Session, office: Office, writer: BackupWriter, progress: Progress
) -> list[str]:
    """Write every scan that is to be there, by digest; the digests of those that are lost."""
    lost = []
    asked = _there(StoredFile.digest).distinct().order_by(StoredFile.digest)
    for digest in session.execute(asked, execution_options={"yield_per": 500}).scalars():
        try:
            content = files.sealed(office.scans, digest)
            files.check_sealed(digest, content)
        except InvariantBroken:
            lost.append(digest)
        else:
            writer.add(f"materials/{digest}", content)
        progress(1)
    return lost
