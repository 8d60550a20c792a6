"""Blind indexes move to a new version of the key: whoever is looked for is found meanwhile, on every node."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from api.settings import Settings
from authz.signing_in import lockouts
from authz.signing_in.lockouts import SignInFailure
from database import key_file, key_wrapping, keys, reindexing, resealing
from database.clock import FixedClock
from database.connection import Sessions
from database.reindexing import IndexedColumn
from database.resealing import Moved
from engine import indexed_columns
from tests import access_commands, backed_up_office, looking_node, paying_office, qualified
from tests.backed_up_office import Place, holds
from tests.databases import Cluster, SqliteFiles
from tests.looking_node import LookingNode
from tests.people import PASSWORD, Hall
from tests.stories.test_key_rotation import Killed, owner
from tests.stories.test_lockouts import guess

SEARCH = "/api/register/search"


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
def there(settings: Settings) -> Iterator[LookingNode]:
    """Another process over the same database and key file."""
    with looking_node.started(settings) as node:
        yield node


@pytest.fixture
def nearby(server: SqliteFiles | Cluster, office: Place, tmp_path: Path) -> Iterator[Place]:
    database = server.empty()
    yield backed_up_office.place(
        database, office.settings.key_file, tmp_path / "nearby", office.clock
    )
    server.drop(database)


def test_indexes_move(
    hall: Hall,
    office: Place,
    there: LookingNode,
    nearby: Place,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Killed in the middle, taken up and done; a backup from before is found by its old indexes again."""
    serving, before = keys.current(), tmp_path / "before.backup"
    declared = qualified.relative(
        hall.example("retirement_approval", 1, "county")["applicant"]["id_no"]
    )
    hall.B101.post("/api/relatives", declared, status=201)
    paying_office.owed(hall)
    access_commands.configure(hall.client)
    identity = access_commands.binding()
    hall.secadmin.post(access_commands.IDENTITIES, identity, status=201)
    known = numbers(hall)
    holds(office.run("backup", before))
    keys.install(serving)
    assert there.looked_up([*known]) == looked_up(hall, known) == known

    monkeypatch.setattr(resealing, "ROWS", 5)
    killed_among_the_persons(office, monkeypatch)
    assert under(office, "persons.id_no_index") == {1, 2}
    holds(office.run("verify"))
    keys.install(serving)
    assert there.looked_up([*known]) == looked_up(hall, known) == known
    assert hall.T101.accept(hall.example("flexible_enrollment", 2), status=201)
    again = hall.B101.post("/api/relatives", declared, status=422)
    assert again["errors"][0]["rule"] == "relative.known"
    bound = hall.secadmin.post(access_commands.IDENTITIES, identity, status=409)
    assert bound["rule"] == "identity.bound"

    done = office.run("keys", "rotate")
    assert (done.code, "retired" in done.out, done.err) == (0, True, ""), done
    assert "everything is sealed under the newest version" in office.run("keys", "status").out
    assert {one.name: under(office, one.name) for one in indexed_columns.COLUMNS} == {
        "natural_persons.id_no_index": {2},
        "outside_identities.subject_index": {2},
        "payables.account_index": {2},
        "persons.id_no_index": {2},
        "relatives.id_no_index": {2},
    }
    holds(office.run("verify"))
    keys.install(serving)
    assert len(serving.blind_indexes("id_no", "1")) == 1
    assert there.looked_up([*known]) == looked_up(hall, known) == known
    put_back(office)

    holds(nearby.run("restore", before))
    first, _second = key_file.read(office.settings.key_file, key_wrapping.NONE)
    assert (first.retired_at is None, first.unindexed_at) == (False, None)


def numbers(hall: Hall) -> dict[str, str]:
    """Some id numbers that are on the register of the county, and whose they are."""
    listed = [body["applicant"] for each in hall.demo["examples"].values() for body in each]
    new = {one["id_no"] for one in hall.demo["newcomers"]}
    asked = {one["id_no"] for one in listed if one["kind"] == "person"} - new
    return {one: found(hall, one) for one in sorted(asked)[:12]}


def found(hall: Hall, number: str) -> str:
    return str(hall.T101.post(SEARCH, {"id_no": number})["person_id"])


def looked_up(hall: Hall, known: Mapping[str, str]) -> dict[str, str]:
    return {number: found(hall, number) for number in known}


def killed_among_the_persons(office: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """End a rotation after the first page of the register's persons."""
    move = reindexing.move

    def ending(sessions: Sessions, indexed: IndexedColumn) -> Iterator[Moved]:
        for moved in move(sessions, indexed):
            yield moved
            if indexed.name == "persons.id_no_index":
                raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(reindexing, "move", ending)
        with pytest.raises(Killed):
            office.run("keys", "rotate")


def under(office: Place, name: str) -> set[int]:
    """Which versions of the key the indexes of a column are under."""
    table, _, column = name.partition(".")
    asked: Any = text(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL")  # noqa: S608
    with owner(office) as sessions, sessions.reading() as session:
        return {keys.index_version(index) for index in session.execute(asked).scalars()}


def put_back(office: Place) -> None:
    """An index that is put back under the version before finds nobody any more, and verification says so."""
    with owner(office) as sessions, sessions.command() as session:
        person_id = session.execute(text("SELECT min(person_id) FROM persons")).scalar_one()
        edit = text("UPDATE persons SET id_no_index = :it WHERE person_id = :who")
        session.execute(edit, {"it": keys.current().first_index("id_no", "1"), "who": person_id})
    said = office.run("verify")
    assert (said.code, "person.index" in said.err + said.out) == (1, True)


def test_failed_sign_ins_are_left_to_expire(hall: Hall, office: Place, clock: FixedClock) -> None:
    """They count for a quarter of an hour under the key of then; afterwards nothing of it is left of them."""
    serving = keys.current()
    for _ in range(lockouts.FROM_THERE):
        guess(hall.client, "R102")
    assert guess(hall.client, "R102", PASSWORD) == (429, "session.locked")

    done = office.run("keys", "rotate")
    assert done.code == 0, done
    keys.install(serving)

    assert guess(hall.client, "R102") == (401, "session.wrong_password")
    asked = select(SignInFailure.staff_index)
    with owner(office) as sessions, sessions.command() as session:
        kept = session.execute(asked).scalars().all()
        assert {keys.index_version(one) for one in kept} == {1, 2}
        later = clock.moment + lockouts.WINDOW
        assert lockouts.remove_old(session, later, 100) >= lockouts.FROM_THERE
        left = session.execute(asked).scalars().all()
        assert {keys.index_version(one) for one in left} <= {2}
