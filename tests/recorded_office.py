"""What an office wrote, statement by statement: real work, to be done once more elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event
from starlette.testclient import TestClient

from api import app, composition
from api.composition import Opened
from api.settings import Settings
from tests import awaited_letter, conftest
from tests.commanded_office import CommandedOffice
from tests.databases import Database
from tests.people import Hall

_BEGINS = "BEGIN IMMEDIATE"
_WRITES = ("INSERT", "UPDATE", "DELETE")
# A table that only grows has its triggers taken away while the owner moves rows to another key.
_TRIGGERS = ("DROP TRIGGER", "CREATE TRIGGER")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement as the driver got it; ``many``: its values are several rows of values."""

    sql: str
    values: Any
    many: bool


Transaction = list[Statement]


class Recorder:
    """Notes the writes of every transaction that committed, in order."""

    def __init__(self) -> None:
        self.committed: list[Transaction] = []
        self._open: Transaction | None = None

    def hear(self, engine: Any) -> None:
        """Listen to an engine from now on. Its transactions that write come one after the other."""
        heard: dict[str, Callable[..., Any]] = {
            "before_cursor_execute": self._executes,
            "commit": self._commits,
            "rollback": self._rolls_back,
        }
        for name, notes in heard.items():
            event.listen(engine, name, notes)

    def _executes(
        self, _: Connection, __: Any, sql: str, values: Any, ___: Any, many: bool
    ) -> None:
        if sql == _BEGINS:
            assert self._open is None
            self._open = []
        elif sql.startswith(_WRITES + _TRIGGERS):
            assert self._open is not None, sql
            self._open.append(Statement(sql, values, many))

    def _commits(self, _: Connection) -> None:
        # Of triggers alone nothing is left, and no state of the rows tells it from the one before.
        if self._open and any(one.sql.startswith(_WRITES) for one in self._open):
            self.committed.append(self._open)
        self._open = None

    def _rolls_back(self, _: Connection) -> None:
        self._open = None


@contextmanager
def office(
    database: Database, folder: Path, choices: Any, recorder: Recorder
) -> Iterator[tuple[Opened, CommandedOffice]]:
    """An office over this database, all whose writes are recorded."""
    folder.mkdir()
    settings = Settings(
        seal_seconds=0,
        database_url=database.url,
        data_dir=folder / "data",
        key_file=database.keys,
        processes=awaited_letter.write(folder / "further"),
    )
    opened = composition.open_office(settings, conftest.TickingClock(conftest.MOMENT))
    recorder.hear(opened.sessions.engine)
    with TestClient(
        app.around(opened), base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50_000)
    ) as client:
        yield opened, CommandedOffice(Hall(client), choices)
