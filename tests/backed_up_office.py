"""An office worth keeping, and the places it is kept in: for the stories of backup, restore and copy."""

import io
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect
from starlette.testclient import TestClient

from api import app, cli, scan_settings
from api.setting_refused import PREFIX
from api.settings import Settings
from database import connection, copying, portable
from database.clock import Clock
from database.connection import Sessions
from database.declarative import Base
from engine.scans import files
from tests.databases import Database
from tests.people import Hall, new_key

SCANS = [b"\x89PNG\r\n\x1a\n" + bytes([n]) * 2_000 for n in range(3)]


@dataclass
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str


@dataclass
class Place:
    """Where an office lies: what its settings say, and ways to run commands and to open it there.

    ``bucket`` are the variables that name the bucket of its scans, where it has one.
    """

    settings: Settings
    clock: Clock
    bucket: Mapping[str, str] = field(default_factory=dict)

    def run(self, *arguments: object) -> Said:
        """Run a command as this office's administrator does."""
        chosen = self.settings
        said = {
            "DATABASE_URL": chosen.database_url,
            "DATA_DIR": chosen.data_dir,
            "KEY_FILE": chosen.key_file,
            "KEY_WRAPPING": chosen.key_wrapping,
            "MIGRATION_URL": chosen.migration_url,
            **self.bucket,
        }
        out, err = io.StringIO(), io.StringIO()
        with (
            pytest.MonkeyPatch.context() as environment,
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            for name in [name for name in os.environ if name.startswith(PREFIX)]:
                environment.delenv(name)
            for name, value in said.items():
                if value is not None:
                    environment.setenv(PREFIX + name, str(value))
            code = cli.main([str(argument) for argument in arguments])
        return Said(code, out.getvalue(), err.getvalue())

    @contextmanager
    def opened(self) -> Iterator[TestClient]:
        """A client of an application over this office."""
        application = app.create_app(self.settings, self.clock)
        with TestClient(
            application, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50_000)
        ) as client:
            yield client

    def scans(self, digests: Iterable[str]) -> dict[str, bytes]:
        """The scans of the county by digest, as the application reads them."""
        engine = connection.connect(self.settings.database_url)
        with Sessions(engine).reading() as session:
            scans = scan_settings.store(self.settings.scans, self.settings.data_dir)
            found = {d: files.read(session, ["990101"], d, scans)[0] for d in digests}
        engine.dispose()
        return found

    @property
    def is_sqlite(self) -> bool:
        """Whether it is an office on SQLite."""
        return self.settings.database_url.startswith("sqlite")

    def with_key(self, key_file: Path) -> "Place":
        """The same place with another key."""
        return replace(self, settings=replace(self.settings, key_file=key_file))

    def with_data(self, folder: Path) -> "Place":
        """The same database and key, with another data folder."""
        return replace(self, settings=replace(self.settings, data_dir=folder))

    def is_untouched(self) -> bool:
        """Whether there is nothing in database and data folder, but perhaps tables without rows."""
        folder = self.settings.data_dir
        engine = connection.connect(self.settings.database_url)
        with Sessions(engine).reading() as session:
            there = set(inspect(session.connection()).get_table_names())
            tables = [t for t in portable.tables(Base.metadata) if t.name in there]
            rows = sum(copying.counts(session, tables).values())
        engine.dispose()
        return rows == 0 and not any(p.is_file() for p in folder.rglob("*") if p.name != "key")


def place(database: Database, keys: Path, data_dir: Path, clock: Clock) -> Place:
    """A place for an office whose key file lies at ``keys``."""
    chosen = Settings(
        seal_seconds=0,
        database_url=database.url,
        data_dir=data_dir,
        key_file=keys,
        migration_url=database.migration_url,
    )
    return Place(chosen, clock)


@dataclass
class Kept:
    """What was there before: case numbers with their histories, scans by digest, an answer by its key."""

    histories: dict[str, str]
    scans: dict[str, bytes]
    waiting: str
    key: str
    body: Any
    answer: bytes
    token: str


def live_in(hall: Hall) -> Kept:
    """Do what an office does in a day: scans, cases of every level, a return, one that waits."""
    scans = {upload(hall, content): content for content in SCANS}
    first = next(iter(scans))
    money = hall.T101.accept(hall.example("account_adjustment", 1, "county"))["case_no"]
    hall.R101.sign(money, "return", reasons=["materials_unclear"])
    hall.T101.post(f"/api/cases/{money}/correction", {})
    for signer in ("R101", "D101", "Z101"):
        getattr(hall, signer).sign(money)
    body = hall.example("retirement_approval", 1, "county")
    materials = [{**material, "file": first} for material in body["materials"]]
    waiting = hall.T101.accept({**body, "materials": materials})["case_no"]
    short = {**hall.example("payment_account_change", 2), "materials": []}
    awaiting = hall.T102.accept(short)["case_no"]
    key, said = new_key(), hall.example("person_info_change_general", 3)
    answer = post(hall, key, said)
    numbers = [money, waiting, awaiting, answer.json()["case_no"]]
    return Kept(
        {number: history(hall, number) for number in numbers},
        scans,
        waiting,
        key,
        said,
        answer.content,
        hall.T101.session["token"],
    )


def history(hall: Hall, number: str) -> str:
    """A case's sign-offs and journal, as they are answered."""
    answer = hall.client.get(f"/api/cases/{number}/history", headers=hall.T101.headers)
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def upload(hall: Hall, content: bytes) -> str:
    """Store a scan; its digest."""
    answer = hall.client.post(
        "/api/files",
        files={"file": ("scan.png", content, "image/png")},
        headers={**hall.T101.headers, "Idempotency-Key": new_key()},
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["file"])


def post(hall: Hall, key: str, body: Any) -> Any:
    """Accept a case under this idempotency key; the whole answer."""
    headers = {**hall.T101.headers, "Idempotency-Key": key}
    answer = hall.client.post("/api/cases", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer


def holds(said: Said) -> None:
    """The command did it, and found everything in order."""
    assert (said.code, "everything holds" in said.out, said.err) == (0, True, ""), said


def refused(goal: Place, path: Path, why: str) -> None:
    """A restoration that is refused in one line and leaves nothing."""
    said = goal.run("restore", path)
    assert (said.code, said.err.count("\n"), why in said.err) == (1, 1, True), said
    assert goal.is_untouched()
