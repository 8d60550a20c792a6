"""A new version of the key for all that is sealed: while the office works, killed and taken up again."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from api.settings import Settings
from database import connection, key_file, key_wrapping, keys, resealing
from database.clock import FixedClock
from database.connection import Sessions
from database.declarative import Base
from database.keys import Keyring
from database.refusals import InvariantBroken
from database.resealing import Moved, SealedTable
from tests import backed_up_office, wrapping_program
from tests.backed_up_office import Place, holds, refused
from tests.databases import Cluster, SqliteFiles
from tests.people import Hall

PAGES = 6


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """The office with a key file of its own: its tests' common one stays as it is."""
    own = tmp_path / "own-key"
    shutil.copy2(settings.key_file, own)
    return replace(settings, key_file=own)


@pytest.fixture
def office(settings: Settings, clock: FixedClock) -> Place:
    return Place(settings, clock)


@pytest.fixture
def nearby(server: SqliteFiles | Cluster, office: Place, tmp_path: Path) -> Iterator[Place]:
    database = server.empty()
    key_file_now = office.settings.key_file
    yield backed_up_office.place(database, key_file_now, tmp_path / "nearby", office.clock)
    server.drop(database)


@pytest.mark.slow
def test_rotation(
    hall: Hall, office: Place, nearby: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed in the middle and taken up: what the office knows stays, and nothing is under the old key."""
    kept = backed_up_office.live_in(hall)
    serving, path = keys.current(), office.settings.key_file
    before, old_key = tmp_path / "before.backup", tmp_path / "old-key"
    holds(office.run("backup", before))
    shutil.copy2(path, old_key)

    monkeypatch.setattr(resealing, "ROWS", 20)
    killed_in_the_middle(office, monkeypatch)
    keys.install(serving)
    assert under_versions(office) == {1, 2}
    body = hall.example("person_info_change_general", 3, nth=1)
    during = hall.T101.accept(body)["case_no"]
    holds(office.run("verify"))

    done = office.run("keys", "rotate")
    assert (done.code, "retired" in done.out, done.err) == (0, True, ""), done
    holds(office.run("verify"))
    told = office.run("keys", "status")
    assert "everything is sealed under the newest version" in told.out
    assert under_versions(office) == {2}
    assert [one.number for one in key_file.read(path, key_wrapping.NONE)] == [1, 2]

    keys.install(serving)
    for number, history in kept.histories.items():
        assert backed_up_office.history(hall, number) == history
    assert hall.T101.case(during)["status"] == "completed"
    assert office.scans(kept.scans) == kept.scans
    only_grow(office)
    assert journalled(office) == ["keys_rotating", "keys_rotated"]

    after = tmp_path / "after.backup"
    holds(office.run("backup", after))
    refused(nearby.with_key(old_key), after, "version 2 of the key")
    holds(nearby.with_key(old_key).run("restore", before))


def test_what_does_not_open_keeps_its_version(hall: Hall, office: Place) -> None:
    """A spoiled value is left to verification, the version before it isn't retired, and says so."""
    hall.T101.accept(hall.example("person_info_change_general", 3))
    with owner(office) as sessions, sessions.command() as session:
        spoil = text("UPDATE accounts SET name = :spoiled WHERE account_id = 1")
        session.execute(spoil, {"spoiled": b"\x00" * 40})

    said = office.run("keys", "rotate")

    assert (said.code, "accounts: 1" in said.out, "tongban verify" in said.out) == (1, True, True)
    first, _ = key_file.read(office.settings.key_file, key_wrapping.NONE)
    assert first.retired_at is None


@pytest.mark.slow
def test_the_key_file_is_wrapped(office: Place, tmp_path: Path) -> None:
    """By a program, and out of its hands again; the keys stay the same."""
    path = office.settings.key_file
    before = path.read_text()
    program = wrapping_program.write(tmp_path)
    wrapped = replace(office, settings=replace(office.settings, key_wrapping=f"command:{program}"))

    assert wrapped.run("verify").code == 2
    assert wrapped.run("keys", "wrap").code == 0
    assert before.strip() not in path.read_text()
    holds(wrapped.run("verify"))
    assert wrapped.run("keys", "rotate").code == 0
    assert {line["key"][:7] for line in json.loads(path.read_text())["keys"]} == {"kms:v1:"}
    holds(wrapped.run("verify"))
    (tmp_path / "broken").touch()
    said = wrapped.run("verify")
    assert (said.code, "the module is locked" in said.err, said.err.count("\n")) == (2, True, 1)
    (tmp_path / "broken").unlink()
    assert office.run("keys", "wrap", "--from", f"command:{program}").code == 0
    holds(office.run("verify"))


def killed_in_the_middle(office: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """End a rotation after some pages, between two of its transactions."""
    move, pages = resealing.move, iter(range(PAGES))

    def ending(sessions: Sessions, sealed: SealedTable) -> Iterator[Moved]:
        for moved in move(sessions, sealed):
            yield moved
            if next(pages, None) is None:
                raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(resealing, "move", ending)
        with pytest.raises(Killed):
            office.run("keys", "rotate")


def under_versions(office: Place) -> set[int]:
    """Which versions of the key sealed what stands in the database."""
    versions = key_file.read(office.settings.key_file, key_wrapping.NONE)
    alone = {one.number: _alone(one.number, versions[0].key, one.key) for one in versions}
    found = set()
    with owner(office) as sessions, sessions.reading() as session:
        for sealed in resealing.tables(Base.metadata):
            for name, purpose in sealed.purposes:
                values = session.execute(
                    text(f"SELECT {name} FROM {sealed.table.name} WHERE {name} IS NOT NULL")  # noqa: S608
                ).scalars()
                found |= {_under(alone, purpose, bytes(value)) for value in values}
    return found


def _alone(number: int, first: bytes, key: bytes) -> Keyring:
    # Under a first key of its own, so that nothing opens by that one.
    return Keyring(first) if number == 1 else Keyring(b"\0" * 32, {number: key})


def _under(alone: dict[int, Keyring], purpose: str, value: bytes) -> int:
    for number, ring in alone.items():
        try:
            ring.open(purpose, value)
        except InvariantBroken:
            continue
        return number
    raise AssertionError(f"a value of {purpose} opens under no version")


def only_grow(office: Place) -> None:
    """The triggers that were taken away meanwhile are there again."""
    with owner(office) as sessions, sessions.command() as session:
        for table in ("sign_offs", "case_contents"):
            with pytest.raises(IntegrityError, match="only grows"), session.begin_nested():
                session.execute(text(f"UPDATE {table} SET suite = 'x'"))  # noqa: S608


def journalled(office: Place) -> list[str]:
    with owner(office) as sessions, sessions.reading() as session:
        asked = "SELECT action FROM journal WHERE action LIKE 'keys_%' ORDER BY entry_id"
        return list(session.execute(text(asked)).scalars())


@contextmanager
def owner(office: Place) -> Iterator[Sessions]:
    """Sessions of the owner of the tables."""
    engine = connection.connect(office.settings.migration_url or office.settings.database_url)
    try:
        yield Sessions(engine)
    finally:
        engine.dispose()
