"""Holes between what was built apart: stand-ins and money out, families of posts, what came from outside."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from authz.offices.accounts import Account
from database import connection
from database.connection import OfficeSession
from engine.paying import payment_guard
from engine.paying.payment_record import PayableRelease
from engine.record import Case, CaseContent
from engine.signoffs import SignOff
from register.payables import PayableEvent
from tests import evidence_file, software_token
from tests.databases import Database
from tests.paying_office import RELEASES, named, owed, release, report, reported
from tests.people import Hall, Person
from tests.software_token import Token
from tests.stories.test_staff import account, appointment

DEPUTY, WORD = "T109", "his-own-password"


def newcomer(hall: Hall) -> Person:
    """Somebody of the county without any post."""
    hall.admin.post("/api/accounts", account(), status=201)
    hall.lose_password(DEPUTY, WORD)
    person = Person(hall.client, DEPUTY, WORD)
    hall.people[DEPUTY] = person
    return person


def stand_in(**said: Any) -> dict[str, Any]:
    return {
        "absent": "F101",
        "deputy": DEPUTY,
        "post": "finance",
        "from": "2026-11-02",
        "to": "2026-11-06",
        "reason": "年休假，审批单〔2026〕12号",
        **said,
    }


def test_a_deputy_of_finance_releases_and_the_record_says_for_whom(hall: Hall) -> None:
    (one,) = owed(hall)
    deputy = newcomer(hall)
    body = {**named([one]), "password": WORD}
    assert deputy.post(RELEASES, body, status=403)["rule"] == "post.missing"
    made = hall.S101.post("/api/stand-ins", stand_in(), status=201)

    done = deputy.post(RELEASES, body, status=201)

    assert (done["signer"], done["on_behalf_of"]) == (DEPUTY, "F101")
    report(hall, [reported(one)], by=DEPUTY)
    assert hall.A101.findings(one["case_no"]) == []
    # That it ended since takes nothing from what was signed while it lasted.
    hall.S101.post(f"/api/stand-ins/{made['stand_in_id']}/end")
    assert hall.A101.findings(one["case_no"]) == []
    (other,) = owed(hall, "multi_relation_refund")
    refused = deputy.post(RELEASES, {**named([other]), "password": WORD}, status=403)
    assert refused["rule"] == "post.missing"
    release(hall, [other])
    assert [row["on_behalf_of"] for row in hall.F101.get(RELEASES)["items"]] == [None, "F101"]


def test_families_stay_apart_whatever_is_only_done_for_others(hall: Hall) -> None:
    newcomer(hall)
    made = hall.S101.post("/api/stand-ins", stand_in(), status=201)

    given = hall.S101.post("/api/appointments", appointment(), status=403)
    other = stand_in(absent="R101", post="reviewer")
    further = hall.S101.post("/api/stand-ins", other, status=403)

    assert {given["rule"], further["rule"]} == {"posts.incompatible"}
    assert given["held"] == further["held"] == ["finance"]
    hall.S101.post(f"/api/stand-ins/{made['stand_in_id']}/end")
    hall.S101.post("/api/appointments", appointment(), status=201)


def test_who_put_in_what_came_from_outside_does_not_release_it(
    hall: Hall, database: Database
) -> None:
    """As its acceptor, who delivers a message makes the case, also one that was corrected since."""
    (one,) = owed(hall)
    engine = connection.connect(database.owner_url)
    with Session(engine) as session:
        if database.kind == "postgresql":
            session.execute(text("ALTER TABLE case_contents DISABLE TRIGGER append_only"))
        else:
            session.execute(text("DROP TRIGGER case_contents_no_update"))
        person = session.execute(
            select(Account.person_id).where(Account.staff_no == "F101")
        ).scalar_one()
        assert person not in payment_guard.had_a_part(session, [one["case_no"]])
        said = {"table": {"delivered_by": person, "data": {}}}
        session.execute(update(CaseContent).values(messages=said))
        assert person in payment_guard.had_a_part(session, [one["case_no"]])
        session.rollback()
    engine.dispose()


def test_the_database_keeps_the_acceptor_out_of_the_release(hall: Hall, database: Database) -> None:
    """By hand under the application's role; the acceptor signed nothing, since the back office handled."""
    hall.S000.post("/api/grants/1/revocation", {"reason": "试行结束"})
    number = hall.T101.accept(hall.example("contribution_refund", 1, "county"))["case_no"]
    for staff_no in ("B101", "R101", "D101", "Z101"):
        getattr(hall, staff_no).sign(number)
    (one,) = (row for row in hall.F101.get("/api/payables")["items"] if row["case_no"] == number)
    release(hall, [one])
    report(hall, [reported(one, "returned")])
    engine = connection.connect(database.wide_url)
    with OfficeSession(engine) as session:
        accepted = session.execute(
            select(Case.accepted_person).where(Case.case_no == number)
        ).scalar_one()
        signed = select(SignOff.signer_person).where(SignOff.case_no == number)
        assert accepted not in session.execute(signed).scalars().all()
        row = session.execute(select(PayableRelease)).scalar_one()
        said = {c.name: getattr(row, c.name) for c in PayableRelease.__table__.columns}
        said |= {"release_id": 900, "signer_person": accepted, "digest": "0" * 64}
        session.execute(insert(PayableRelease), [said])
        event = {
            "payable_id": one["payable_id"],
            "seq": 3,
            "kind": "released",
            "amount_cents": one["amount_cents"],
            "posting": "PAY-0-3",
            "release_id": 900,
            "at": row.released_at,
        }
        with pytest.raises(DBAPIError, match="does not release its payment"):
            session.execute(insert(PayableEvent), [event])
    engine.dispose()


def offered(person: Person) -> tuple[str, str]:
    """The address of an enrolment of a new key that waits for its second person, and the key's id."""
    token, path = Token("intl-1"), "/api/key-enrolments"
    applied = person.post(path, {"pem": token.public_pem}, status=201)
    one = f"{path}/{applied['enrolment_id']}"
    person.post(f"{one}/proof", {"signature": token.sign(applied["challenge"])})
    return one, str(applied["key_id"])


def test_keys_of_who_has_left_can_be_retired_and_none_is_given_him(hall: Hall) -> None:
    one, key_id = offered(newcomer(hall))
    hall.secadmin.post(f"{one}/confirmation")
    waiting, _ = offered(Person(hall.client, DEPUTY, WORD))
    hall.admin.post(f"/api/accounts/{DEPUTY}/closing")

    refused = hall.secadmin.post(f"{waiting}/confirmation", status=404)

    assert refused["rule"] == "key.enrolment_not_found"
    assert hall.secadmin.get("/api/key-enrolments")["items"] == []
    hall.secadmin.post(f"/api/keys/{key_id}/retirement")
    assert hall.secadmin.get(f"/api/keys/{key_id}")["retired_at"] is not None


def test_what_was_prepared_for_another_is_not_signed_once_that_ended(
    hall: Hall, tmp_path: Path
) -> None:
    """A deputy with a key of his own: two steps, and his stand-in ended, or began anew, between them."""
    token = Token("intl-1")
    software_token.enrol(hall, "T102", token)
    said = stand_in(absent="R101", deputy="T102", post="reviewer")
    made = hall.S101.post("/api/stand-ins", said, status=201)
    number = hall.T101.accept(hall.example("payment_account_change", 2))["case_no"]
    task, body, prepared = software_token.prepare(hall.T102, number)
    signed = {**body, "signature": token.sign(prepared["covered"])}
    path = f"/api/tasks/{task}/sign"

    hall.S101.post(f"/api/stand-ins/{made['stand_in_id']}/end")
    assert hall.T102.post(path, signed, status=403)["rule"] == "post.missing"
    hall.S101.post("/api/stand-ins", said, status=201)
    assert hall.T102.post(path, signed, status=409)["rule"] == "signing.prepared_changed"
    case = software_token.sign(hall.T102, token, number)

    assert case["status"] == "completed"
    review = hall.A101.history(number)["sign_offs"][-1]
    assert (review["signer"], review["on_behalf_of"]) == ("T102", "R101")
    assert hall.A101.findings(number) == []
    evidence_file.hold_good(hall, number, tmp_path)
