"""Seals: what they cover, what they prove, and what a witness shows that the database alone can't."""

import json
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from api import cli
from api.settings import Settings
from database import connection, prepared, suites
from database.connection import Sessions
from database.refusals import InvariantBroken
from engine import journal
from oversight import merkle, seal_checks, seal_file, seals
from oversight.seal_file import WitnessRefused
from oversight.tree import TILE
from tests import sealed_journal
from tests.databases import Database
from tests.people import Hall


@pytest.fixture
def sessions(hall: Hall) -> Sessions:
    found: Sessions = hall.client.app.state.sessions  # type: ignore[attr-defined]
    return found


def test_each_seal_names_the_one_before_and_grows_on_it(sessions: Sessions) -> None:
    first = sealed_journal.seal(sessions)[0]
    assert sealed_journal.seal(sessions) == []
    sealed_journal.grow(sessions, 3)
    second = sealed_journal.seal(sessions)[0]

    assert (first.seal_no, second.seal_no) == (1, 2)
    assert second.previous == first.digest
    assert second.size == first.size + 3
    with sessions.reading() as session:
        assert list(seal_checks.check(session)) == []


def test_every_entry_is_proven_and_every_seal_grows_on_every_other(sessions: Sessions) -> None:
    """Over tile borders: with kept nodes, with none, and with a tail."""
    for step in (5, TILE, 2, 3 * TILE + 7):
        sealed_journal.grow(sessions, step)
        sealed_journal.seal(sessions)
    hashing = suites.current().hash
    with sessions.reading() as session:
        listed = [seals.get(session, number) for number in range(1, 5)]
        last = listed[-1]
        for entry_id in [*range(1, last.last_entry_id, 97), last.last_entry_id]:
            assert seals.includes(seals.inclusion(session, entry_id))
        assert seals.includes(seals.inclusion(session, 3, seal_no=1))
        for old in listed:
            for new in listed[old.seal_no - 1 :]:
                path = [bytes.fromhex(step) for step in seals.consistency(session, old, new)]
                roots = (bytes.fromhex(old.root), bytes.fromhex(new.root))
                assert merkle.consistent(hashing, (old.size, new.size), roots, path)
        with pytest.raises(seals.NotSealed):
            seals.inclusion(session, last.last_entry_id + 1)
        with pytest.raises(seals.SealNotFound):
            seals.get(session, 99)
        assert list(seal_checks.check(session)) == []


def test_a_changed_suite_keeps_the_tree(sessions: Sessions) -> None:
    sealed_journal.seal(sessions)
    suites.use("gm-1")
    try:
        sealed_journal.grow(sessions, 2)
        made = sealed_journal.seal(sessions)[0]
        assert (made.suite, made.tree) == ("gm-1", "intl-1")
        with sessions.reading() as session:
            assert list(seal_checks.check(session)) == []
    finally:
        suites.use("intl-1")


def test_a_later_number_that_commits_first_is_not_sealed_over(
    sessions: Sessions, database: Database
) -> None:
    """On PostgreSQL sealing waits for who was given the lower number; on SQLite nobody else writes."""
    if database.kind == "sqlite":
        return
    sealed_journal.seal(sessions)
    held = threading.Event()
    go = threading.Event()

    def slow() -> None:
        with sessions.command() as session:
            journal.append_office(session, "990101", "noted")
            prepared.flush(session)
            held.set()
            go.wait(30)

    writer = threading.Thread(target=slow)
    writer.start()
    held.wait(30)
    try:
        sealed_journal.grow(sessions, 1, "990102")
        with pytest.raises(seals.SealBusy):
            sealed_journal.seal(sessions)
    finally:
        go.set()
        writer.join()
    made = sealed_journal.seal(sessions)[0]
    with sessions.reading() as session:
        assert list(seal_checks.check(session)) == []
        assert made.size == seals.get(session, 1).size + 2


def test_the_seal_file_holds_every_seal_once(sessions: Sessions, tmp_path: Path) -> None:
    file = tmp_path / "elsewhere" / "seals.jsonl"
    for _round in range(3):
        sealed_journal.grow(sessions, 2)
        sealed_journal.seal(sessions, file)
        sealed_journal.seal(sessions, file)
    kept = list(seal_file.read(file))
    assert [said["seal_no"] for said in kept] == [1, 2, 3]
    with sessions.reading() as session:
        assert list(seal_checks.check_file(session, kept)) == []
        assert list(seal_checks.check_witness(session, kept)) == []
        assert list(seal_checks.check_witness(session, kept[1:2])) == []


@pytest.mark.parametrize("line", [b"{", b"[]\n", b'{"seal_no": 1}\n', b"\xff\n"])
def test_a_file_that_is_no_seal_file_is_refused(
    sessions: Sessions, tmp_path: Path, line: bytes
) -> None:
    file = tmp_path / "seals.jsonl"
    file.write_bytes(line)
    sealed_journal.seal(sessions)
    with pytest.raises(WitnessRefused):
        list(seal_file.read(file))
    with sessions.reading() as session, pytest.raises(WitnessRefused):
        seal_file.write(session, file)


def test_what_was_sealed_and_changed_is_not_sealed_again(
    sessions: Sessions, database: Database
) -> None:
    sealed_journal.seal(sessions)
    alter(database, "UPDATE journal SET digest = repeat_('0') WHERE entry_id = 2")
    sealed_journal.grow(sessions, 1)
    with pytest.raises(InvariantBroken, match="seal 1"):
        sealed_journal.seal(sessions)
    with sessions.reading() as session:
        rows = [finding.row for finding in seal_checks.check(session)]
    assert rows[0] == "seals#1"


def test_an_auditor_reads_seals_and_proofs_and_nobody_else_does(
    hall: Hall, sessions: Sessions
) -> None:
    case_no = hall.T101.accept(hall.example("enrollment_certificate", 3))["case_no"]
    hall.A101.get(f"/api/cases/{case_no}/inclusion", 404)
    sealed_journal.seal(sessions)
    sealed_journal.grow(sessions, 3)
    sealed_journal.seal(sessions)
    listed = hall.A101.get("/api/audit/seals")["items"]
    assert [one["seal_no"] for one in listed] == [2, 1]
    assert hall.A000.get("/api/audit/seals/1") == listed[1]
    hall.A101.get("/api/audit/seals/3", 404)
    hall.A101.get("/api/audit/seals/one", 404)
    hall.T101.get("/api/audit/seals", 403)
    hall.A201.get(f"/api/cases/{case_no}/inclusion", 404)

    hashing = suites.current().hash
    proof = hall.A101.get("/api/audit/seals/2/consistency?since=1")
    sizes = (proof["since"]["size"], proof["seal"]["size"])
    roots = (bytes.fromhex(proof["since"]["root"]), bytes.fromhex(proof["seal"]["root"]))
    path = [bytes.fromhex(step) for step in proof["path"]]
    assert merkle.consistent(hashing, sizes, roots, path)

    told = hall.A101.get(f"/api/cases/{case_no}/inclusion")
    entries = hall.A101.history(case_no)["journal"]
    assert len(told["items"]) == len(entries)
    for item in told["items"]:
        hashed = merkle.leaf(hashing, bytes.fromhex(item["digest"]))
        path = [bytes.fromhex(step) for step in item["path"]]
        root = bytes.fromhex(told["seal"]["root"])
        assert merkle.includes(hashing, hashed, item["place"], told["seal"]["size"], path, root)


@pytest.fixture
def environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("TONGBAN_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("TONGBAN_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("TONGBAN_KEY_FILE", str(settings.key_file))
    return settings


@pytest.mark.slow
def test_on_the_command_line(
    environment: Settings,
    hall: Hall,
    tmp_path: Path,
    database: Database,
    capsys: pytest.CaptureFixture[str],
) -> None:
    witness = tmp_path / "witness.jsonl"
    assert cli.main(["seal", "-o", str(witness)]) == 0
    assert hall.T101.accept(hall.example("enrollment_certificate", 3))
    assert cli.main(["seal", "-o", str(witness)]) == 0
    assert cli.main(["verify", "--against", str(witness)]) == 0
    assert cli.main(["verify", "--since-seal", "1"]) == 0
    assert cli.main(["verify", "--since-seal", "9"]) == cli.REFUSED
    assert cli.main(["verify", "--against", str(tmp_path / "none")]) == cli.REFUSED
    capsys.readouterr()

    # The end of the journal, its seal and the office's own seal file are taken away together.
    alter(
        database,
        "DELETE FROM journal WHERE stream IN (SELECT code FROM agencies) AND entry_id = "
        "(SELECT max(entry_id) FROM journal WHERE stream IN (SELECT code FROM agencies))",
        "DELETE FROM seals WHERE seal_no = 2",
    )
    seal_file.place(environment.data_dir).unlink()
    assert cli.main(["verify"]) == 0
    capsys.readouterr()
    assert cli.main(["verify", "--json", "--against", str(witness)]) == 1
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"witness.seal", "seal.root", "seal.entries"} <= {one["rule"] for one in found}


@pytest.mark.usefixtures("environment")
def test_since_a_seal_says_what_it_does_not_look_at(
    hall: Hall, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hall.T101.accept(hall.example("enrollment_certificate", 3))
    assert cli.main(["seal"]) == 0
    alter(database, "UPDATE sign_offs SET post = 'reviewer'")
    capsys.readouterr()

    assert cli.main(["verify", "--since-seal", "1"]) == 0
    assert "the rows of other cases were not looked at" in capsys.readouterr().out
    assert cli.main(["verify"]) == 1
    assert "sign_offs#1 digest: sign_off.altered" in capsys.readouterr().out


def alter(database: Database, *statements: str) -> None:
    """What the database's owner can do: triggers off, rows changed."""
    engine = connection.connect(database.owner_url)
    with engine.begin() as opened:
        for table in ("journal", "seals", "merkle_nodes", "sign_offs"):
            if database.kind == "postgresql":
                opened.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER append_only"))
                continue
            for verb in ("update", "delete"):
                opened.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}"))
        for statement in statements:
            opened.execute(text(statement.replace("repeat_('0')", f"'{'0' * 64}'")))
    engine.dispose()
