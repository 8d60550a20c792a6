"""A second factor: enrolled, given at sign-in once each, demanded by post, lost and reset by two people."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from authz.factors.factor_record import FactorDemand, FactorEnd, SecondFactor
from database import connection
from database.clock import FixedClock
from database.declarative import table_of
from engine.journal import JournalEntry
from oversight import office_rows
from tests.book import without_triggers
from tests.databases import Database
from tests.people import PASSWORD, Hall, Person
from tests.second_factors import enrolled, leave_rows, signing_in


def last_told(client: TestClient, staff_no: str) -> str:
    """What the journal says last of somebody."""
    with client.app.state.sessions.reading() as session:  # type: ignore[attr-defined]
        told = select(JournalEntry.action).where(JournalEntry.staff_no == staff_no)
        found: str = session.execute(
            told.order_by(JournalEntry.entry_id.desc()).limit(1)
        ).scalar_one()
        return found


def test_codes_and_recovery_codes_work_once_each(
    hall: Hall, client: TestClient, clock: FixedClock
) -> None:
    shown, spare = enrolled(hall.T103, clock)
    assert len(spare) == len(set(spare)) == 8
    client.cookies.clear()

    needed = signing_in(client, "T103")
    assert (needed.status_code, needed.json()["rule"]) == (401, "session.second_factor")
    assert needed.json()["accepts"] == ["totp", "recovery"]
    assert last_told(client, "T103") == "factor_asked"
    # The code that proved the authenticator is used up, and so is each that signs in.
    assert signing_in(client, "T103", code=shown.code()).json()["rule"] == "session.wrong_factor"
    clock.moment += timedelta(seconds=30)
    code = shown.code()
    assert signing_in(client, "T103", code=code).status_code == 201
    assert last_told(client, "T103") == "signed_in"
    assert signing_in(client, "T103", code=code).status_code == 401
    assert last_told(client, "T103") == "sign_in_failed"
    assert signing_in(client, "T103", code=shown.code(-1)).status_code == 401
    assert signing_in(client, "T103", code=shown.code(1)).status_code == 201
    assert signing_in(client, "T103", code=shown.code(3)).status_code == 401
    assert signing_in(client, "T103", code=spare[3].lower()).status_code == 201
    assert signing_in(client, "T103", code=spare[3]).status_code == 401
    assert signing_in(client, "T103", password="wrong", code=spare[4]).status_code == 401
    clock.moment += timedelta(minutes=16)
    person = Person(client, "T103", code=spare[4])
    listed = person.get("/api/session/factors")
    assert (listed["recovery_codes"], len(listed["items"])) == (6, 1)


def test_wrong_codes_lock_out_though_the_password_is_right(
    hall: Hall, client: TestClient, clock: FixedClock
) -> None:
    shown, _ = enrolled(hall.T103, clock)
    clock.moment += timedelta(minutes=2)
    for _ in range(5):
        assert signing_in(client, "T103", code="000000").json()["rule"] == "session.wrong_factor"
        assert signing_in(client, "T103").status_code in (401, 429)

    assert signing_in(client, "T103", code=shown.code()).status_code == 429
    client.cookies.clear()
    assert Person(client, "T102").session["factor_missing"] is False


def test_a_post_that_demands_one_enrols_it_first(
    hall: Hall, client: TestClient, clock: FixedClock
) -> None:
    said = {
        "agency": "990101",
        "post": "director",
        "demanded": True,
        "basis": "等保整改〔2026〕1号",
    }
    demands = "/api/factor-demands"
    assert hall.S101.post(demands, said, status=403)["rule"] == "post.missing"
    hall.secadmin.post(demands, said, status=201)
    assert hall.C001.post(demands, said, status=409)["rule"] == "factor.demand_same"
    assert (
        hall.secadmin.post(demands, {**said, "post": "cook"}, status=422)["rule"] == "factor.post"
    )
    (line,) = [one for one in hall.C001.get(demands)["items"] if one["post"] == "director"]
    assert (line["agency"], line["entered_by"], line["demanded"]) == ("990101", "secadmin", True)

    client.cookies.clear()
    director = Person(client, "Z101")
    assert director.session["factor_missing"] is True
    assert director.get("/api/cases", 403)["rule"] == "factor.missing"
    assert director.post("/api/drafts", {}, status=403)["rule"] == "factor.missing"
    shown, _ = enrolled(director, clock)
    director.get("/api/cases")
    client.cookies.clear()
    assert signing_in(client, "Z101").json()["rule"] == "session.second_factor"
    clock.moment += timedelta(seconds=30)
    assert Person(client, "Z101", code=shown.code()).session["factor_missing"] is False
    # The county's own deputy director holds another post.
    client.cookies.clear()
    assert Person(client, "D101").session["factor_missing"] is False


def test_a_lost_one_takes_two_people(hall: Hall, client: TestClient, clock: FixedClock) -> None:
    enrolled(hall.T103, clock)
    before = hall.T103
    lost = {"staff_no": "T103", "reason": "令牌遗失，已核验身份"}
    resets = "/api/factor-resets"
    assert hall.S101.post(resets, lost, status=403)["rule"] == "post.missing"
    own = {**lost, "staff_no": "secadmin"}
    assert hall.secadmin.post(resets, own, status=403)["rule"] == "reset.to_self"
    replaced = hall.secadmin.post(resets, lost, status=201)
    applied = hall.secadmin.post(resets, lost, status=201)
    (line,) = hall.C001.get(resets)["items"]
    assert (line["reset_id"], line["applied_by"]) == (applied["reset_id"], "secadmin")
    path = f"{resets}/{applied['reset_id']}/confirmation"
    assert hall.secadmin.post(path, status=403)["rule"] == "post.missing"
    assert hall.C001.post(path) == {**applied, "ended": True}
    for number in (replaced["reset_id"], applied["reset_id"]):
        again = f"{resets}/{number}/confirmation"
        assert hall.C001.post(again, status=409)["rule"] == "reset.not_waiting"
    assert hall.C001.post(f"{resets}/999/confirmation", status=404)["rule"] == "reset.not_found"

    before.get("/api/session/factors", 401)
    client.cookies.clear()
    after = Person(client, "T103")
    assert after.get("/api/session/factors") == {
        "items": [],
        "recovery_codes": 0,
        "demanded": False,
    }


def test_removing_takes_the_password_and_ends_other_sessions(
    hall: Hall, client: TestClient, clock: FixedClock
) -> None:
    shown, _ = enrolled(hall.T103, clock)
    clock.moment += timedelta(seconds=30)
    client.cookies.clear()
    other = Person(client, "T103", code=shown.code())
    (factor,) = other.get("/api/session/factors")["items"]
    path = f"/api/session/factors/{factor['factor_id']}/removal"
    wrong = {"password": "not-his-password"}
    assert other.post(path, wrong, status=401)["rule"] == "password.old_wrong"
    right = {"password": PASSWORD}
    assert hall.T102.post(path, right, status=404)["rule"] == "factor.not_found"
    assert len(other.post("/api/session/recovery-codes", right, status=201)["recovery_codes"]) == 8
    other.post(path, right)

    hall.T103.get("/api/session/factors", 401)
    assert other.get("/api/session/factors")["items"] == []
    gone = other.post("/api/session/recovery-codes", right, status=404)
    assert gone["rule"] == "factor.not_found"


@pytest.mark.parametrize("late", [False, True])
def test_an_enrolment_is_proved_in_time(hall: Hall, clock: FixedClock, late: bool) -> None:
    proof = "/api/session/factors/totp/proof"
    said = {"password": PASSWORD, "code": "123456"}
    assert hall.T103.post(proof, said, status=409)["rule"] == "factor.not_begun"
    hall.T103.post("/api/session/factors/totp", status=201)
    if late:
        clock.moment += timedelta(minutes=16)
    found = hall.T103.post(proof, said, status=409 if late else 422)
    assert found["rule"] == ("factor.not_begun" if late else "factor.proof_wrong")


def test_what_is_edited_in_the_database_is_found(hall: Hall, database: Database) -> None:
    """A demand turned off, a factor's end taken back, and a factor copied to another account."""
    leave_rows(hall)
    without_triggers(database)
    engine = connection.connect(database.owner_url)

    def found(edit: Callable[[Session], object]) -> set[tuple[str, str]]:
        with Session(engine) as session:
            edit(session)
            said = {(finding.row, finding.rule) for finding in office_rows.check(session)}
            session.rollback()
        return said

    def copy(session: Session) -> None:
        row = session.execute(select(table_of(SecondFactor))).one()._asdict()
        other = {"factor_id": 99, "account_id": row["account_id"] + 1, "credential_id": None}
        session.execute(insert(SecondFactor).values({**row, **other}))

    assert found(lambda _: None) == set()
    assert found(lambda s: s.execute(update(FactorDemand).values(demanded=False))) == {
        ("factor_demands#1", "office.altered")
    }
    assert found(lambda s: s.execute(delete(FactorEnd))) == {
        ("second_factor_ends#1", "office.missing")
    }
    assert found(copy) == {("second_factors#99", "office.unnoted")}
    engine.dispose()
