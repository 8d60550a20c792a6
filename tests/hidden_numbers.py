"""Id numbers as canaries: where one can be read although nobody asked for it, something leaks.

They are looked for in answers, in log lines, in the files an office writes, and in the bytes of its database.
Which numbers there are is read off the demo office; any other that somebody could have counts as well.
"""

import io
import logging
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from httpx2 import Response

from api.demonstration import demo
from api.monitoring.logs import JsonFormatter
from database.refusals import Refusal
from register import identity
from tests import answer_texts, written_bytes
from tests.databases import Database

# Answers whose purpose is the number: a person's own paper, all of a case for an auditor and what was masked
# (both on purpose and journalled), what the client himself just said, for him to sign, and the list of demo
# numbers to try.
ASKED_FOR = frozenset(
    {
        "GET /api/cases/{case_no}/document.pdf",
        "GET /api/cases/{case_no}/evidence/whole",
        "GET /api/demo",
        "POST /api/processes/{code}/application-form",
        "POST /api/register/persons/{person_id}/unmasking",
    }
)
# Copies of the folders of processes, whose examples are shipped with invented numbers.
VERSIONS = "definitions"
# What a test's own client says of itself.
OF_THE_TEST = ("httpx2", "hypothesis", "schemathesis")
_TODAY = datetime.now(UTC).date()
_RUN = re.compile(r"(?=([0-9]{17}[0-9X]))")
_ALONE = re.compile(r"(?<![0-9A-Za-z])[0-9]{17}[0-9X](?![0-9A-Za-z])")


def planted() -> frozenset[str]:
    """Every id number of the demo office: the insured, newcomers, legal persons and staff."""
    files = (demo.FOLDER / name for name in ("demo_office.yaml", "demo_examples.yaml"))
    found = {number for file in files for number in _ALONE.findall(file.read_text("utf-8"))}
    return frozenset(filter(_could_be_somebodys, found))


class Listening(logging.Handler):
    """Counts the lines that the office logs, and keeps those that tell a number."""

    def __init__(self, tells: Callable[[str], bool]) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.heard = 0
        self.telling: list[str] = []
        self._tells = tells

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith(OF_THE_TEST):
            return
        self.heard += 1
        line = self.format(record)
        if self._tells(line):
            self.telling.append(line)


class Canaries:
    """The numbers planted in an office, and whoever could have another, looked for."""

    def __init__(self) -> None:
        self.planted = planted()

    def hear(self, label: str, answer: Response) -> Iterator[str]:
        """What an answer gives away; nothing where the number is what was asked for."""
        if label not in ASKED_FOR and self._any(answer_texts.said(answer)):
            yield "an id number that nobody asked for"

    def in_files(self, folder: Path) -> list[str]:
        """The files below a folder that hold one, workbooks unpacked; versions of processes aside."""
        versions = folder / VERSIONS
        every = (path for path in sorted(folder.rglob("*")) if versions not in path.parents)
        files = [path for path in every if path.is_file()]
        return [str(path.relative_to(folder)) for path in files if self._within(path.read_bytes())]

    def in_database(self, database: Database) -> list[str]:
        """The tables and files of the database that hold one."""
        written = [*written_bytes.of_rows(database).items(), *written_bytes.of_files(database)]
        return [name for name, content in written if self._within(content)]

    @contextmanager
    def in_logs(self) -> Iterator[Listening]:
        """Meanwhile every log line of this process, as the office writes it, is looked at."""
        listening = Listening(self._any)
        root = logging.getLogger()
        level = root.level
        root.addHandler(listening)
        root.setLevel(min(level, logging.INFO))
        yield listening
        root.setLevel(level)
        root.removeHandler(listening)

    def _any(self, text: str) -> bool:
        if not self.planted.isdisjoint(_RUN.findall(text)):
            return True
        return any(map(_could_be_somebodys, _ALONE.findall(text)))

    def _within(self, content: bytes) -> bool:
        if content.startswith(b"PK") and zipfile.is_zipfile(io.BytesIO(content)):
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                return any(self._within(packed.read(name)) for name in packed.namelist())
        return not self.planted.isdisjoint(_RUN.findall(content.decode("latin-1")))


def _could_be_somebodys(number: str) -> bool:
    try:
        identity.check_id_no(number, _TODAY)
    except Refusal:
        return False
    return True
