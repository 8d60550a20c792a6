"""Reads a backup into an empty database and an empty folder, all or nothing.

The caller commits the rows and moves the folder into place when this has returned: until then nothing
of it can be seen.
"""

import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from database import copying
from database.portable import PortableTable
from database.refusals import InvariantBroken
from engine.archiving import destroyed
from engine.defining import archive
from engine.scans import files
from engine.scans.files import StoredFile
from engine.scans.scan_folder import ScanFolder
from oversight import backup_file
from oversight.backup_file import BackupRefused, Manifest, Member

_ROWS = re.compile(r"rows/([a-z_]+)/[0-9]{6}\.jsonl\.gz")
_DEFINITION = re.compile(r"definitions/([0-9a-f]{64})/([a-z0-9_]+/[A-Za-z0-9_-]+\.[a-z]+)")
_MATERIAL = re.compile(r"materials/([0-9a-f]{64})")
_LINES = 500
Progress = Callable[[int], None]


class Restoring:
    """One reading of a backup into a session and a folder.

    ``keep_materials`` is off for a drill: each scan is opened and compared with its digest, and needn't
    lie on the disk a second time.
    """

    def __init__(
        self,
        session: Session,
        tables: Sequence[PortableTable],
        folder: Path,
        *,
        keep_materials: bool,
        progress: Progress,
    ) -> None:
        self._session = session
        self._tables = {table.name: table for table in tables}
        self._folder = folder
        self._scans = ScanFolder(folder)
        self._keep_materials = keep_materials
        self._progress = progress
        self._rows: Counter[str] = Counter()
        self._materials = 0
        self._last_material = ""
        self._end: Mapping[str, Any] | None = None

    def read(self, file: BinaryIO, manifest: Manifest) -> list[str]:
        """Take in a checked backup; the digests of scans that were lost when it was made.

        Raises BackupRefused, CopyRefused.
        """
        columns = {name: list(table.columns) for name, table in self._tables.items()}
        if manifest["columns"] != columns:
            raise BackupRefused("the backup holds other columns than this version of tongban has")
        for member in backup_file.members(file):
            self._take(member)
        if self._end is None:
            raise BackupRefused("the backup has no end: it is cut")
        rows = {name: self._rows[name] for name in manifest["rows"]}
        if rows != manifest["rows"]:
            raise BackupRefused("the backup holds other numbers of rows than it says")
        lost: list[str] = self._end["lost"]
        self._check_materials(lost)
        return lost

    def _take(self, member: Member) -> None:
        if self._end is not None:
            raise BackupRefused("the backup goes on after its end")
        if found := _ROWS.fullmatch(member.name):
            self._take_rows(found[1], member.content)
        elif found := _DEFINITION.fullmatch(member.name):
            archive.put_back(self._folder, found[1], found[2], member.content)
        elif found := _MATERIAL.fullmatch(member.name):
            self._take_material(found[1], member.content)
        elif member.name == backup_file.END:
            self._end = json.loads(member.content)
        elif member.name != backup_file.MANIFEST:
            raise BackupRefused(f"the backup holds {member.name!r}, which nobody knows here")

    def _take_rows(self, name: str, content: bytes) -> None:
        table = self._tables.get(name)
        if table is None:
            raise BackupRefused(f"the backup holds a table {name}, which nobody knows here")
        try:
            lines = gzip.decompress(content).splitlines()
            for start in range(0, len(lines), _LINES):
                rows = [table.values(line) for line in lines[start : start + _LINES]]
                copying.write(self._session, table, rows)
                self._rows[name] += len(rows)
                self._progress(len(rows))
        except (ValueError, TypeError, EOFError) as unreadable:
            raise BackupRefused(f"a row of {name} in the backup can't be read") from unreadable

    def _take_material(self, digest: str, content: bytes) -> None:
        if digest <= self._last_material:
            raise BackupRefused(f"the scan {digest[:12]}… stands twice in the backup")
        self._last_material = digest
        named = select(StoredFile.digest).where(StoredFile.digest == digest).limit(1)
        if self._session.execute(named).first() is None:
            raise BackupRefused(f"no row of the backup names its scan {digest[:12]}…")
        try:
            if self._keep_materials:
                files.put_sealed(self._scans, digest, content)
            else:
                files.check_sealed(digest, content)
        except InvariantBroken as spoiled:
            raise BackupRefused(f"{spoiled}, in the backup") from spoiled
        self._materials += 1
        self._progress(1)

    def _check_materials(self, lost: Sequence[str]) -> None:
        """What the rows name is there: each scan once, and each is named, so that the numbers tell."""
        distinct = func.count(StoredFile.digest.distinct())
        there = destroyed.still_kept(StoredFile.digest)
        named = self._session.execute(select(distinct).where(there)).scalar_one()
        lacking = named - self._materials - len(lost)
        if lacking:
            raise BackupRefused(
                f"the backup lacks {lacking} of {named} materials that its rows name: use another"
            )
