"""The power goes while an office on SQLite works: what was acknowledged is there, and nothing by halves.

An office's real writes are done once more on a disk that notes each write and sync (tests/power.py), under
the product's own pragmas. From that come images of the disk after a power cut at any moment; each is
opened by the product's SQLite. Under ``synchronous=NORMAL`` the same search must find lost commits.
"""

import itertools
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw
import pytest
from sqlalchemy.engine import make_url

from api.composition import Opened
from database import connection, key_source
from database.connection import SQLITE_PRAGMAS, Sessions
from oversight import verification
from tests import conftest, recorded_office
from tests.campaign import Campaign
from tests.databases import SqliteFiles
from tests.every_command import COMMANDS
from tests.power import KEPT, Acknowledged, Disk, Happening, Kept, Recording, Sync, Write
from tests.recorded_office import Recorder, Transaction

NORMAL = {**SQLITE_PRAGMAS, "synchronous": 1}
IMAGES_A_WORKLOAD = 2_500
# Verifying a whole office takes a hundred times as long as looking at its rows.
VERIFIED_EVERY = 50
# So much work that SQLite moves the WAL into the database at least once, and begins it anew.
ROUNDS = 2
_numbers = itertools.count(1)


@dataclass(slots=True)
class Worked:
    """A database before some work, all that reached its disk meanwhile, its rows after each commit."""

    name: str
    before: bytes
    log: list[Happening] = field(default_factory=list)
    states: list[int] = field(default_factory=list)

    def cuts(
        self, moments: Sequence[tuple[int, Kept]], choices: Any
    ) -> Iterator[tuple[int, dict[str, bytes], int]]:
        """For each moment (a place in the log): commits acknowledged, files left, unsynced writes."""
        disk, reached = Disk({self.name: bytearray(self.before)}), 0
        for moment, kept in sorted(moments):
            disk.happens(self.log[reached:moment])
            reached = moment
            yield disk.acknowledged, dict(disk.left(kept, choices)), disk.unsynced

    @property
    def first_acknowledged(self) -> int:
        """The moment just after the first COMMIT returned."""
        return self.log.index(Acknowledged()) + 1

    @property
    def in_checkpoints(self) -> list[int]:
        """The moments just after something was written into the database's own file."""
        return [
            place + 1
            for place, one in enumerate(self.log)
            if isinstance(one, Write) and one.path == self.name
        ]


def _rows(run: Any, tables: Sequence[str]) -> int:
    """A number for all rows of these tables, the same within this process for the same rows."""
    queries = (f'SELECT * FROM "{table}"' for table in tables)  # noqa: S608 - the database's own names
    return hash(tuple(tuple(run(query).fetchall()) for query in queries))


def _tables(run: Any) -> list[str]:
    found = run("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").fetchall()
    return [name for (name,) in found]


def _work_again(
    name: str,
    before: bytes,
    transactions: Sequence[Transaction],
    pragmas: Mapping[str, Any],
    folder: Path,
) -> Worked:
    """Do the transactions on a disk that notes everything."""
    folder.mkdir()
    path = folder / name
    path.write_bytes(before)
    worked = Worked(name, before)
    vfs = Recording(f"recording-{next(_numbers)}", worked.log)
    with closing(apsw.Connection(str(path), vfs=vfs.name)) as opened:
        for pragma, wanted in pragmas.items():
            opened.execute(f"PRAGMA {pragma}={wanted}").fetchall()
            assert opened.execute(f"PRAGMA {pragma}").fetchall() == [(wanted,)], pragma
        tables = _tables(opened.execute)
        worked.states.append(_rows(opened.execute, tables))
        for transaction in transactions:
            opened.execute("BEGIN IMMEDIATE").fetchall()
            for one in transaction:
                run = opened.executemany if one.many else opened.execute
                run(one.sql, one.values).fetchall()
            opened.execute("COMMIT").fetchall()
            worked.log.append(Acknowledged())
            worked.states.append(_rows(opened.execute, tables))
        # What closing writes is no part of the work.
        worked.log = list(worked.log)
    vfs.unregister()
    return worked


@dataclass(slots=True)
class Search:
    """Power cuts in one office's work, and what was left each time."""

    opened: Opened
    worked: Worked
    folder: Path
    campaign: Campaign

    def cut(self, images: int, under: str) -> int:
        """Look at so many images; how many had lost what was acknowledged."""
        choices, counts = self.campaign.choices, self.campaign.counts
        # The first is a certain loss where COMMIT doesn't sync.
        moments: list[tuple[int, Kept]] = [(self.worked.first_acknowledged, "nothing")]
        delicate = self.worked.in_checkpoints
        counts[f"{under} checkpoints"] += self.worked.log.count(Sync(self.worked.name))
        while len(moments) < images:
            amid = len(moments) % 4 == 0
            moment = choices.choice(delicate) if amid else choices.randint(1, len(self.worked.log))
            moments.append((moment, choices.choice(KEPT)))
            counts[f"{under} images amid a checkpoint"] += amid
        lost = 0
        known = {state: number for number, state in enumerate(self.worked.states)}
        for number, (acknowledged, files, unsynced) in enumerate(
            self.worked.cuts(moments, choices)
        ):
            there = known[self._found(files)]
            assert there <= acknowledged + 1, (there, acknowledged)
            lost += there < acknowledged
            counts[f"{under} images"] += 1
            counts[f"{under} images that could lose writes"] += unsynced > 0
            counts[f"{under} images with a commit nobody was told of"] += there > acknowledged
            if number % VERIFIED_EVERY == 0:
                self._verify()
                counts[f"{under} images verified"] += 1
        return lost

    def _found(self, files: Mapping[str, bytes]) -> int:
        """The rows of an image, which must be sound."""
        for beside in self.folder.iterdir():
            beside.unlink()
        for name, content in files.items():
            (self.folder / name).write_bytes(content)
        with closing(sqlite3.connect(self.folder / self.worked.name)) as opened:
            assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            return _rows(opened.execute, _tables(opened.execute))

    def _verify(self) -> None:
        image = f"sqlite:///{self.folder / self.worked.name}"
        # Whose secret was destroyed is asked of the image: there the erasure may not have happened yet.
        key_source.install(image)
        sessions = Sessions(connection.connect(image))
        with sessions.reading() as session:
            assert list(verification.verify_office(session, self.opened.office)) == []
        sessions.engine.dispose()


def _search(campaign: Campaign, folder: Path, images: int) -> int:
    """One office's work, its images under FULL, some under NORMAL; how many of those had lost."""
    files = SqliteFiles(folder)
    database, recorder = files.filled(conftest.demo_office), Recorder()
    path = Path(str(make_url(database.url).database))
    # What an office keeps as it starts is there before, and nothing of it is left in the log.
    with recorded_office.office(database, folder / "before", campaign.choices, Recorder()):
        pass
    before = path.read_bytes()
    with recorded_office.office(database, folder / "office", campaign.choices, recorder) as found:
        opened, office = found
        for command in COMMANDS * ROUNDS:
            ready = command.prepare(office)
            office.hall.client.cookies.clear()
            answer = office.hall.client.request(
                ready.method, ready.path, headers=dict(ready.headers), **ready.body
            )
            assert answer.status_code == command.status, answer.text
    with closing(sqlite3.connect(path)) as really:
        state = _rows(really.execute, _tables(really.execute))
    campaign.counts["commits"] += len(recorder.committed)
    lost = {}
    (folder / "image").mkdir()
    for under, pragmas, share in (("FULL", SQLITE_PRAGMAS, 1), ("NORMAL", NORMAL, 10)):
        worked = _work_again(path.name, before, recorder.committed, pragmas, folder / under)
        # Done again, the work came out the same.
        assert worked.states[-1] == state
        search = Search(opened, worked, folder / "image", campaign)
        lost[under] = search.cut(max(1, images // share), under)
    assert lost["FULL"] == 0
    return lost["NORMAL"]


@pytest.mark.campaign(test=500, long=200_000)
def test_no_power_cut_takes_what_was_acknowledged(tmp_path: Path, campaign: Campaign) -> None:
    counts = campaign.counts
    for first in range(0, campaign.budget, IMAGES_A_WORKLOAD):
        folder = tmp_path / str(first)
        folder.mkdir()
        images = min(IMAGES_A_WORKLOAD, campaign.budget - first)
        lost = _search(campaign, folder, images)
        assert lost > 0
        counts["NORMAL images with acknowledged commits lost"] += lost
    counts[f"read by SQLite {sqlite3.sqlite_version}"] = counts["FULL images"]
    counts[f"written by SQLite {apsw.sqlite_lib_version()}"] = counts["commits"]
    assert counts["FULL images"] == campaign.budget
