"""A person's values are erased: everything still verifies, nothing can be read, and nothing falls over."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from api.settings import Settings
from database import connection
from database.clock import FixedClock
from database.connection import OfficeSession
from database.own_keys import ERASED
from oversight import verification
from tests import book, erased_office, evidence_file
from tests.backed_up_office import Place, holds
from tests.databases import Database
from tests.erased_office import AGREED, ERASURES, REJECTED, Served
from tests.people import Hall

# Puts what the form of one case says, as it is sealed, into another one.
FORM = (
    "UPDATE case_contents SET form = (SELECT form FROM case_contents c JOIN cases USING (case_id) "
    "WHERE case_no = '{0}' AND c.cycle = 1) "
    "WHERE case_id = (SELECT case_id FROM cases WHERE case_no = '{1}')"
)
# Somebody else's secret in the place of the one that went.
KEY = "UPDATE person_keys SET key_id = (SELECT key_id FROM erasure_requests WHERE request_id = 1)"
INDEX = "UPDATE persons SET id_no_index = 'x' WHERE person_id = '{}'"


@pytest.fixture
def office(settings: Settings, clock: FixedClock) -> Place:
    """The office of the hall, as its administrator has it before him, with a key file of its own."""
    return Place(settings, clock)


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """The office with a key file of its own: a rotation leaves its tests' common one as it is."""
    own = tmp_path / "own-key"
    shutil.copy2(settings.key_file, own)
    return replace(settings, key_file=own)


@pytest.mark.slow
def test_erased(hall: Hall, office: Place, database: Database, tmp_path: Path) -> None:
    """By two people, after his rows were moved; rotations before and after change nothing."""
    one = erased_office.served(hall)
    told_apart(hall, one)
    decision = erased_office.asked(hall, one.person_id)
    again = {"person_id": one.person_id, "basis": "court", "reason": "再次申请"}
    assert hall.C001.post(ERASURES, again, status=409)["rule"] == "erasure.decided"
    refused = hall.H001.post(decision, AGREED, status=409)
    assert (refused["rule"], refused["command"]) == (
        "erasure.not_separated",
        "tongban keys separate",
    )
    done = office.run("keys", "separate")
    assert (done.code, "of 1 persons" in done.out, done.err) == (0, True, ""), done
    waiting, _rejected = hall.H001.get(ERASURES)["items"]
    assert (waiting["status"], waiting["rows_left"]) == ("waiting", {})
    holds(office.run("verify"))
    secret = secret_of(database)
    assert not office.is_sqlite or secret in erased_office.file_of(database)

    erased = hall.Z101.post(decision, AGREED)
    assert (erased["status"], erased["scans_erased"], erased["decided_by"]) == ("erased", 1, "Z101")
    assert hall.H001.post(decision, AGREED, status=409)["rule"] == "erasure.decided"
    notes = office.run("verify")
    assert (notes.code, "everything holds" in notes.out) == (0, True), notes
    assert all("erasure.not_worked_out" in line for line in notes.err.splitlines())
    nothing_is_left(hall, one)
    if office.is_sqlite:
        assert secret not in erased_office.file_of(database)
    evidence_file.hold_good(hall, one.cases[0], tmp_path)
    done = office.run("keys", "rotate")
    assert (done.code, "retired" in done.out) == (0, True), done
    # It is read back into a database of its own, and that is verified.
    kept = office.run("backup", tmp_path / "after.backup")
    assert (kept.code, "everything holds" in kept.out) == (0, True), kept


def told_apart(hall: Hall, one: Served) -> None:
    """Who may ask, of whom, and who decides: never the same person."""
    said = {"person_id": one.person_id, "basis": "court", "reason": "申请"}
    for staff_no in ("T101", "A101", "Z101"):
        hall.__getattr__(staff_no).post(ERASURES, said, status=403)
    nobody = {**said, "person_id": "0" * 32}
    assert hall.C001.post(ERASURES, nobody, status=404)["rule"] == "person.not_found"
    assert hall.V201.post(ERASURES, said, status=404)["rule"] == "person.not_found"
    kept = hall.C001.post(ERASURES, {**said, "basis": "retention"}, status=409)
    assert (kept["rule"], kept["cases"]) == ("erasure.retention", one.cases)
    body = hall.example("retirement_approval", 1, "county")
    waits = hall.T101.accept(body)
    about = {**said, "person_id": waits["person_id"]}
    opened = hall.C001.post(ERASURES, about, status=409)
    assert (opened["rule"], opened["cases"]) == ("erasure.open_case", [waits["case_no"]])
    drawn = hall.T101.accept(hall.example("eligibility_certification", 3))
    about = {**said, "person_id": drawn["person_id"]}
    assert hall.C001.post(ERASURES, about, status=409)["rule"] == "erasure.in_payment"
    decision = erased_office.asked(hall, one.person_id, "V101")
    assert hall.C001.post(decision, AGREED, status=403)["rule"] == "post.missing"
    assert hall.Z101.post(decision, REJECTED)["status"] == "rejected"


def nothing_is_left(hall: Hall, one: Served) -> None:
    """Every page and answer about him answers, and none names him; he is found by no number."""
    for path, status, said in erased_office.answered(hall, one):
        assert status < 500, path
        assert not [value for value in one.named if value in said], path
    record = hall.A101.get(f"/api/register/persons/{one.person_id}")
    assert (record["name"], record["id_no"], record["birth"]) == (ERASED, ERASED, None)
    case = hall.A101.case(one.cases[0])
    assert case["applicant"]["name"] == ERASED
    assert set(case["form"].values()) == {ERASED}
    paper = hall.client.get(f"/api/cases/{one.cases[0]}/receipt.pdf", headers=hall.A101.headers)
    assert (paper.status_code, paper.json()["rule"]) == (404, "document.erased")
    found = hall.A101.post("/api/register/search", {"id_no": one.id_no}, status=404)
    assert found["rule"] == "person.not_found"
    scan = hall.client.get(f"/api/files/{one.scan}", headers=hall.T101.headers)
    assert scan.status_code == 404


def secret_of(database: Database) -> bytes:
    """The secret as it stands in its row."""
    engine = connection.connect(database.owner_url)
    with engine.connect() as opened:
        found = bytes(opened.execute(text("SELECT secret FROM person_keys")).scalar_one())
    engine.dispose()
    return found


@pytest.mark.slow
def test_an_edit_is_told_from_an_erasure(
    hall: Hall, office: Place, database: Database, clock: FixedClock
) -> None:
    """An erasure covers only what was his, and neither it nor the key goes or comes unseen."""
    one = erased_office.served(hall)
    other = hall.T101.accept(hall.example("person_info_change_general", 3))
    erased_office.erased(hall, office, one)
    second = erased_office.asked(hall, other["person_id"])
    assert second
    copied = FORM.format(one.cases[0], other["case_no"])
    left = FORM.format(other["case_no"], one.cases[0])
    rounds = {
        (): set[str](),
        ("DELETE FROM erasures",): {
            "office.missing",
            "erasure.secret_gone",
            "erasure.of_another",
        },
        (
            copied,
            INDEX.format(one.person_id),
            "DELETE FROM erasure_requests WHERE request_id = 2",
        ): {
            "erasure.of_another",
            "erasure.readable",
            "erasure.unasked",
            "office.missing",
        },
        (left, "UPDATE case_contents SET commitments = '{}'", "DELETE FROM person_keys"): {
            "erasure.readable",
            "content.digest",
            "erasure.secret_gone",
        },
        ("UPDATE erasures SET key_id = '00'", KEY): {"office.altered", "erasure.secret_gone"},
    }
    book.without_triggers(database)
    found = {edits: found_after(hall, database, clock, *edits) for edits in rounds}
    assert found[()] == set()
    assert [edits for edits, wanted in rounds.items() if wanted - found[edits]] == []


def found_after(hall: Hall, database: Database, clock: FixedClock, *edits: str) -> set[str]:
    """What verification finds after these edits, which aren't kept."""
    engine = connection.connect(database.owner_url)
    office: Any = hall.client.app.state.office  # type: ignore[attr-defined]
    with OfficeSession(engine, info={"clock": clock}) as session:
        if engine.dialect.name == "sqlite":
            session.execute(text("PRAGMA defer_foreign_keys = ON"))
        for edit in edits:
            session.execute(text(edit))
        found = {one.rule for one in verification.verify_office(session, office)}
    engine.dispose()
    return found
