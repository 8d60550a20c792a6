"""An office that moves from one suite to the other: the first seal after it is signed under both."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, text

from database import clock, connection, digest, suites
from database.connection import Sessions
from oversight import check_evidence, seal_checks, seal_file, seal_record
from oversight.merkle import Edge
from oversight.seal_record import Seal
from tests import evidence_file, sealed_journal
from tests.databases import Database
from tests.people import Hall

Row = dict[str, Any]


@pytest.fixture
def sessions(hall: Hall) -> Sessions:
    found: Sessions = hall.client.app.state.sessions  # type: ignore[attr-defined]
    return found


@pytest.fixture
def moved(sessions: Sessions) -> Iterator[Seal]:
    """Two seals under intl-1, then the first under gm-1."""
    for entries in (3, 300):
        sealed_journal.grow(sessions, entries)
        sealed_journal.seal(sessions)
    suites.use("gm-1")
    try:
        sealed_journal.grow(sessions, 2)
        yield sealed_journal.seal(sessions)[0]
    finally:
        suites.use("intl-1")


def findings(sessions: Sessions, witness: Path | None = None) -> set[tuple[str, str]]:
    """What is found, by row and rule."""
    with sessions.reading() as session:
        found = list(seal_checks.check(session))
        if witness is not None:
            found += seal_checks.check_witness(session, list(seal_file.read(witness)))
    return {(finding.row, finding.rule) for finding in found}


def test_it_links_both_roots_and_carries_both_signatures(
    hall: Hall, sessions: Sessions, moved: Seal, tmp_path: Path
) -> None:
    said = seal_record.checkpoint(moved)
    also = said["also"]
    assert (said["suite"], said["tree"], also["suite"], also["tree"]) == (
        "gm-1", "intl-1", "intl-1", "gm-1",
    )  # fmt: skip
    with sessions.reading() as session:
        rows = session.connection().exec_driver_sql("SELECT digest FROM journal ORDER BY entry_id")
        listed = [bytes.fromhex(row[0]) for row in rows][: said["size"]]
    for suite, root in (("intl-1", said["root"]), ("gm-1", also["root"])):
        edge = Edge(suites.named(suite).hash)
        for told in listed:
            edge.append(told)
        assert edge.root().hex() == root
    for suite, public, signature in (
        ("gm-1", said["public_key"], said["signature"]),
        ("intl-1", also["public_key"], said["also_signature"]),
    ):
        covered = digest.covered("seal", seal_record.signed_part(said), suites.named(suite))
        assert suites.named(suite).verify(bytes.fromhex(public), covered, bytes.fromhex(signature))
    witness = evidence_file.witnessed(hall, tmp_path)
    assert findings(sessions, witness) == set()
    assert hall.A101.get(f"/api/audit/seals/{moved.seal_no}")["also"] == also
    case_no = hall.T101.accept(hall.example("enrollment_certificate", 3))["case_no"]
    evidence_file.hold_good(hall, case_no, tmp_path)


def test_only_the_first_seal_after_it_has_them(sessions: Sessions, moved: Seal) -> None:
    sealed_journal.grow(sessions, 1)
    later = sealed_journal.seal(sessions)[0]
    assert (later.suite, later.also, later.also_signature) == ("gm-1", None, None)
    suites.use("intl-1")
    sealed_journal.grow(sessions, 1)
    back = sealed_journal.seal(sessions)[0]
    assert back.also is not None
    assert (back.suite, back.also["suite"], back.also["tree"]) == ("intl-1", "gm-1", "intl-1")
    assert findings(sessions) == set()
    assert moved.also is not None


def test_evidence_under_it_checks_the_second_signature(
    hall: Hall, sessions: Sessions, tmp_path: Path
) -> None:
    case_no = hall.T101.accept(hall.example("enrollment_certificate", 3))["case_no"]
    sealed_journal.seal(sessions)
    suites.use("gm-1")
    try:
        sealed_journal.grow(sessions, 1)
        evidence_file.hold_good(hall, case_no, tmp_path)
        inside = evidence_file.members(evidence_file.given(hall, case_no))
        record = json.loads(inside["record.json"])
        assert record["seal"]["also"]["suite"] == "intl-1"
    finally:
        suites.use("intl-1")
    record["seal"]["also_signature"] = "0" * 128
    inside["record.json"] = json.dumps(record).encode()
    told = check_evidence.findings(inside)
    assert "the seal is not signed by the key of the suite before" in list(told)


def _flip(row: Row) -> Row:
    old: str = row["also_signature"]
    return {**row, "also_signature": f"{'1' if old[0] == '0' else '0'}{old[1:]}"}


def _without(row: Row) -> Row:
    return {**row, "also": None, "also_signature": None}


def _other(name: str, value: str) -> Callable[[Row], Row]:
    return lambda row: {**row, "also": {**row["also"], name: value}}


TAMPERED: dict[str, tuple[Callable[[Row], Row], str]] = {
    "flip the signature": (_flip, "seal.signature"),
    "take both away": (_without, "seal.bridge"),
    "take the signature away": (lambda row: {**row, "also_signature": None}, "seal.bridge"),
    "take the members away": (lambda row: {**row, "also": None}, "seal.bridge"),
    "another root": (_other("root", "0" * 64), "seal.root"),
    "another tree": (_other("tree", "intl-1"), "seal.bridge"),
    "another suite": (_other("suite", "gm-1"), "seal.key"),
    "an unknown suite": (_other("suite", "rot-13"), "seal.bridge"),
    "another key": (_other("public_key", "ab" * 32), "seal.key"),
    "another key's id": (_other("key_id", "0" * 64), "seal.bridge"),
    "no key": (_other("public_key", "nothing"), "seal.bridge"),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", TAMPERED)
def test_what_a_database_administrator_changes_of_it_is_found(
    database: Database, hall: Hall, sessions: Sessions, moved: Seal, tmp_path: Path, kind: str
) -> None:
    """Once as a row edited by hand, and once sealed anew over the edit with the server's own new key."""
    witness = evidence_file.witnessed(hall, tmp_path)
    edit, rule = TAMPERED[kind]
    row = {column.name: getattr(moved, column.name) for column in Seal.__table__.columns}
    row_name = f"seals#{moved.seal_no}"

    _write(database, edit(row))
    assert (row_name, rule) in findings(sessions)

    resigned = _signed_again(edit(row))
    _write(database, resigned)
    assert (row_name, rule) in findings(sessions)
    if resigned["also"] != row["also"]:
        assert (f"witness#{moved.seal_no}", "witness.seal") in findings(sessions, witness)

    _write(database, row)
    assert findings(sessions, witness) == set()


def _signed_again(row: Row) -> Row:
    suite = suites.named(row["suite"])
    said = {**row, "sealed_at": clock.moment_text(row["sealed_at"])}
    covered = digest.covered("seal", seal_record.signed_part(said), suite)
    private = seal_record.private_key(suite)
    return {
        **row,
        "digest": suite.hash(covered).hex(),
        "signature": suite.sign(private, covered).hex(),
    }


def _write(database: Database, row: Row) -> None:
    """As the database's owner, triggers off."""
    engine = connection.connect(database.owner_url)
    with engine.begin() as opened:
        if database.kind == "postgresql":
            opened.execute(text("ALTER TABLE seals DISABLE TRIGGER append_only"))
        else:
            for verb in ("update", "delete"):
                opened.execute(text(f"DROP TRIGGER IF EXISTS seals_no_{verb}"))
        opened.execute(delete(Seal).where(Seal.seal_no == row["seal_no"]))
        opened.execute(insert(Seal), [row])
    engine.dispose()
