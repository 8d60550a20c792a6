"""Whatever statement a command crashes at, nothing of it is there, or, once committed, all of it.

Each command is sent with a crash at its first moment, at its second, and so on: the record must stay as
it was, row by row, until the crash comes after the COMMIT; there the record must have changed as it does
without a crash. Asked again under its key, the command has had its one effect and gets its answer.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from api import app, composition
from api.composition import Opened
from api.settings import Settings
from database import connection
from engine.archiving import destroyed
from engine.scans import files
from engine.scans.files import StoredFile
from oversight import verification
from tests import awaited_letter, conftest, whole_record
from tests.campaign import Campaign
from tests.commanded_office import Command, CommandedOffice, Ready
from tests.databases import Cluster, Database, SqliteFiles
from tests.every_command import COMMANDS
from tests.fault_points import AFTER_COMMIT, BEFORE, FaultPoints, How
from tests.people import Hall
from tests.whole_record import WholeRecord

WRITING = ("post", "put", "patch", "delete")
# Of a command that writes: BEGIN, who asks, the writing itself, COMMIT, each before and after.
FEWEST_MOMENTS = 6


@dataclass(slots=True)
class Scene:
    """An office in which commands crash, and its whole record beside it."""

    opened: Opened
    office: CommandedOffice
    points: FaultPoints
    record: WholeRecord
    campaign: Campaign
    how: How

    def walk(self, command: Command) -> None:
        """Crash at every moment of a command in turn, then see to it that it had its one effect."""
        reference = self.office_ready(command)
        before = self.record.rows()
        usual = self._send(reference)
        assert usual.status_code == command.status, (command.name, usual.text)
        expected = whole_record.changed(before, self.record.rows())
        assert bool(expected) == command.writes, command.name

        crashed, ready = self._crash_until_committed(command, expected)
        self.points.disarm()
        if command.writes:
            assert crashed >= FEWEST_MOMENTS, command.name
        after = self.record.rows()
        again = self._send(ready)
        if command.kept:
            self._check_replayed(command, ready, usual, again)
            assert self.record.rows() == after, command.name
        else:
            assert again.status_code == (command.again or command.status), again.text
        self._verify(reference, ready)

    def office_ready(self, command: Command) -> Ready:
        """The state a command is for, made anew."""
        self.points.disarm()
        return command.prepare(self.office)

    def _crash_until_committed(self, command: Command, expected: Any) -> tuple[int, Ready]:
        """The number of moments that were crashed at, and the request that was."""
        ready = self.office_ready(command)
        counts = self.campaign.counts
        # What a node remembers of people and rules is read first: else a command gets shorter from one
        # crash to the next, and may be through before the moment that is armed.
        self.office.hall.client.get("/api/sessions", headers=ready.headers)
        before = self.record.rows()
        for moment in count():
            self.points.arm(moment, self.how)
            answer = self._send(ready)
            at = (command.name, moment, self.points.crashed, answer.status_code)
            found = whole_record.changed(before, self.record.rows())
            assert self.points.left_open == 0, at
            if self.points.crashed is None:
                # Only what commits nothing gets through to its end without a crash that is kept.
                assert not command.writes, at
                assert answer.status_code == command.status, at
                assert found == {}, at
                return moment, ready
            counts["crashes"] += 1
            counts[self.points.crashed] += 1
            if found and self._overcome(answer, command):
                # Cut off before a transaction had sent anything: it opened another connection, and the
                # next moment is one of another such request.
                assert found == expected, at
                counts["overcome"] += 1
                ready = self.office_ready(command)
                before = self.record.rows()
                continue
            if found:
                assert self.points.crashed == AFTER_COMMIT, (at, found)
                assert found == expected, at
                return moment + 1, ready
            # A refusal stands although its trace in the journal failed; else nothing was answered.
            assert answer.status_code >= 500 or command.status >= 400, (at, answer.text)
        raise AssertionError

    def _overcome(self, answer: httpx2.Response, command: Command) -> bool:
        """Whether the request went through all the same, which only a connection's end lets it."""
        first = self.how == "cut" and self.points.crashed == BEFORE
        return first and answer.status_code == command.status

    def _check_replayed(
        self, command: Command, ready: Ready, usual: httpx2.Response, again: httpx2.Response
    ) -> None:
        """The answer that got lost is told, as it would have been, and always the same."""
        assert again.status_code == command.status, (command.name, again.text)
        assert again.headers["idempotency-replayed"] == "true", command.name
        assert self._send(ready).content == again.content, command.name
        assert _told(again.json()) == _told(usual.json()), command.name

    def _verify(self, *requests: Ready) -> None:
        with self.opened.sessions.reading() as session:
            for case_no in {request.case_no for request in requests} - {None}:
                assert verification.verify_case(session, self.opened.office, str(case_no)) == []

    def _send(self, ready: Ready) -> httpx2.Response:
        # The browser's cookie would sign in who is to send his token himself.
        self.office.hall.client.cookies.clear()
        return self.office.hall.client.request(
            ready.method, ready.path, headers=dict(ready.headers), **ready.body
        )


def _told(answer: Any) -> Any:
    """What of an answer is the same of two equal commands."""
    assert isinstance(answer, dict)
    told = ("status", "risk_level", "route", "process", "step")
    return sorted(answer), {name: answer.get(name) for name in told}


def _check_disk(opened: Opened, before: set[Path]) -> None:
    """What lies there is whole, and whatever a row names is there."""
    folder = opened.office.data_dir
    for path in _on_disk(folder) - before:
        assert path.is_relative_to(folder / "files")
        files.check_sealed(path.name, path.read_bytes())
    with opened.sessions.reading() as session:
        assert list(verification.verify_office(session, opened.office)) == []
        kept = destroyed.still_kept(StoredFile.digest)
        asked = select(StoredFile.digest, StoredFile.agency_code).where(kept)
        for digest, agency in session.execute(asked):
            files.read(session, [agency], digest, opened.office.scans)


def _on_disk(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


@contextmanager
def _scene(database: Database, folder: Path, campaign: Campaign, how: How) -> Iterator[Scene]:
    """A fresh office; at the end all of it verifies and nothing dangles."""
    folder.mkdir()
    settings = Settings(
        seal_seconds=0,
        database_url=database.url,
        data_dir=folder / "data",
        key_file=database.keys,
        migration_url=database.migration_url,
        processes=awaited_letter.write(folder / "further"),
    )
    opened = composition.open_office(settings, conftest.TickingClock(conftest.MOMENT))
    beside = connection.connect(database.wide_url)
    with TestClient(
        app.around(opened),
        base_url="http://127.0.0.1:8000",
        client=("127.0.0.1", 50_000),
        raise_server_exceptions=False,
    ) as client:
        office = CommandedOffice(Hall(client), campaign.choices, database.migration_url)
        with FaultPoints(opened.sessions).watching() as points:
            before = _on_disk(settings.data_dir)
            record = WholeRecord(beside)
            yield Scene(opened, office, points, record, campaign, how)
            points.disarm()
            record.close()
        _check_disk(opened, before)
    beside.dispose()


@pytest.fixture
def unlogged() -> Iterator[None]:
    """Every crash is a defect and would be logged whole: a thousand tracebacks nobody asked for."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


# Each database crashes in both manners, one a round; what the first round of one lacks the other's has.
MANNERS: Mapping[str, Sequence[How]] = {
    "sqlite": ("cut", "raised"),
    "postgresql": ("raised", "cut"),
}


@pytest.mark.campaign(test=1, long=40)
@pytest.mark.usefixtures("unlogged")
def test_a_crash_leaves_all_or_nothing(
    server: SqliteFiles | Cluster, tmp_path: Path, campaign: Campaign
) -> None:
    """Each round chooses other examples, and walks all commands."""
    manners = MANNERS[server.kind]
    for number in range(campaign.budget):
        how = manners[number % len(manners)]
        database = server.filled(conftest.demo_office)
        with _scene(database, tmp_path / str(number), campaign, how) as scene:
            for command in COMMANDS:
                scene.walk(command)
                campaign.counts["commands"] += 1
        server.drop(database)
    counts = campaign.counts
    assert counts["commands"] == campaign.budget * len(COMMANDS)
    assert counts[AFTER_COMMIT] >= campaign.budget * sum(one.writes for one in COMMANDS)


def test_every_operation_that_writes_is_crashed(client: TestClient) -> None:
    """A new route is either among the commands or fails here."""
    published = {
        f"{method.upper()} {path}"
        for path, methods in client.get("/api/openapi.json").json()["paths"].items()
        for method in methods
        if method in WRITING
    }

    assert published == {command.operation for command in COMMANDS}
