"""A backup that can't be trusted, and a place that isn't empty, are refused in one line; nothing is left."""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from database import keys, migrating
from oversight import backup_file
from oversight.backup_file import BackupWriter, Member
from tests import backed_up_office, conftest
from tests.backed_up_office import Place, holds, refused
from tests.databases import APP, Cluster, Database, SqliteFiles
from tests.people import Hall

CUTS = 20
SPOILED = 30
LAST_LINE = 156


@pytest.fixture(scope="module")
def made(sqlite_files: SqliteFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """An office whose backup lies beside its data folder; for tests that only read that."""
    database = sqlite_files.filled(conftest.demo_office)
    folder = tmp_path_factory.mktemp("made")
    clock = conftest.TickingClock(conftest.MOMENT)
    office = backed_up_office.place(database, database.keys, folder / "data", clock)
    with office.opened() as client:
        backed_up_office.live_in(Hall(client))
    assert office.run("backup", folder / "backup").code == 0
    yield office
    sqlite_files.drop(database)


@pytest.fixture
def backup(made: Place) -> Path:
    """The backup of that office."""
    return made.settings.data_dir.parent / "backup"


@pytest.fixture
def empty(empty_database: Database, made: Place, tmp_path: Path) -> Place:
    """Where that office is restored to, or rather not."""
    key_file = made.settings.key_file
    return backed_up_office.place(empty_database, key_file, tmp_path / "empty", made.clock)


@pytest.mark.slow
def test_a_cut_or_altered_backup_is_refused(backup: Path, tmp_path: Path, empty: Place) -> None:
    """Wherever it is cut, whichever byte is another: one line, and nothing is left of it."""
    choices = random.Random(20_261_102)
    whole = backup.read_bytes()
    broken = tmp_path / "broken"
    cuts = [0, 1, 511, 512, len(whole) - 1, *choices.sample(range(len(whole)), CUTS)]
    for length in cuts:
        broken.write_bytes(whole[:length])
        refused(empty, broken, "is cut")
    for index in [0, len(whole) - 100, len(whole) - 2, *choices.sample(range(len(whole)), SPOILED)]:
        other = bytes([whole[index] ^ choices.randrange(1, 256)])
        broken.write_bytes(whole[:index] + other + whole[index + 1 :])
        refused(empty, broken, "was altered" if index < len(whole) - LAST_LINE else "")
    holds(empty.run("restore", backup))


@pytest.mark.slow
def test_without_its_key_a_backup_is_of_no_use(backup: Path, tmp_path: Path, empty: Place) -> None:
    right = empty.settings.key_file
    missing, other = tmp_path / "none", tmp_path / "other"
    keys.load(other)

    refused(empty.with_key(missing), backup, "no key file")
    refused(empty.with_key(other), backup, "another key")

    assert not missing.exists()
    assert right.read_bytes().strip() not in backup.read_bytes()


def test_nobody_without_the_key_makes_a_backup(backup: Path, empty: Place, tmp_path: Path) -> None:
    """Digests anybody can compute; the mark of the key nobody else can."""
    with backup.open("rb") as file:
        members = list(backup_file.members(file))
    forged = written(tmp_path / "forged", members, tmp_path / "mine")

    refused(empty, forged, "forged")


def test_only_an_empty_place_is_restored_to(made: Place, backup: Path, empty: Place) -> None:
    """Neither rows nor materials that are there already are mixed with others."""
    full = made.with_data(empty.settings.data_dir).run("restore", backup)
    assert (full.code, "isn't empty" in full.err) == (1, True), full

    newer = empty.with_data(made.settings.data_dir).run("restore", backup)
    assert (newer.code, "may be older" in newer.err) == (1, True), newer

    assert empty.is_untouched()
    there = made.run("backup", backup)
    assert (there.code, "exists already" in there.err) == (1, True), there


Change = Callable[[list[Member]], list[Member]]


def without(beginning: str) -> Change:
    return lambda members: [m for m in members if not m.name.startswith(beginning)]


def manifest(**changes: Any) -> Change:
    """The same backup, whose manifest says otherwise."""

    def changed(members: list[Member]) -> list[Member]:
        said = {**json.loads(members[0].content), **changes}
        return [Member(members[0].name, json.dumps(said).encode()), *members[1:]]

    return changed


# What only an office with the key could have written, and yet is not what it should be.
WRONG: dict[str, tuple[Change, str]] = {
    "older than its materials": (without("materials/"), "lacks 3 of 3 materials"),
    "no end": (without("end.json"), "no end"),
    "a part of a table": (without("rows/journal/"), "other numbers of rows"),
    "a table": (without("rows/agencies/"), "doesn't fit"),
    "newer": (manifest(schema="9999"), "schema 9999"),
    "unknown format": (manifest(format=2), "format 2"),
    "other columns": (manifest(columns={}), "other columns"),
    "twice": (lambda members: [*members[:-2], members[-2], members[-2], members[-1]], "twice"),
    "unknown": (lambda members: [*members, Member("../key", b"")], "after its end"),
    "outside": (lambda members: [members[0], Member("rows/../key", b"")], "nobody knows"),
}


@pytest.mark.slow
def test_a_backup_that_does_not_add_up_is_refused(
    backup: Path, empty: Place, tmp_path: Path
) -> None:
    with backup.open("rb") as file:
        members = list(backup_file.members(file))
    key_file = empty.settings.key_file
    for name, (change, why) in WRONG.items():
        refused(empty, written(tmp_path / name, change(members), key_file), why)


def written(place: Path, members: list[Member], key_file: Path) -> Path:
    """A backup of these members under this key."""
    keys.install(keys.load(key_file))
    with place.open("wb") as file:
        writer = BackupWriter(file)
        for member in members:
            writer.add(member.name, member.content)
        writer.close()
    return place


@pytest.mark.postgresql
def test_a_role_that_owns_nothing_says_so(
    made: Place, backup: Path, postgresql_cluster: Cluster, tmp_path: Path
) -> None:
    """Only the owner may set the numbers on; found at the end, it leaves no row and no scan."""
    database = postgresql_cluster.empty()
    migrating.migrate(database.owner_url, app_role=APP)
    alone = replace(database, owner_url=database.url)
    key_file = made.settings.key_file
    goal = backed_up_office.place(alone, key_file, tmp_path / "goal", made.clock)

    refused(goal, backup, "TONGBAN_MIGRATION_URL")

    copied = made.run("copy-to", database.url)
    assert (copied.code, "--migration-url" in copied.err) == (1, True), copied
    assert goal.is_untouched()
    holds(made.run("copy-to", database.owner_url))
    postgresql_cluster.drop(database)
