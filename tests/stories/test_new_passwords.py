"""A new password, chosen or after a loss: what it ends, what becomes of the signing key, who takes part."""

from datetime import timedelta
from typing import Any

import pytest

from database.clock import FixedClock
from tests.people import PASSWORD, Hall, Person

ANOTHER = "another-tongban"


def sign_in(hall: Hall, staff_no: str, password: str) -> int:
    body = {"staff_no": staff_no, "password": password}
    return int(hall.client.post("/api/session", json=body).status_code)


def reset(hall: Hall, staff_no: str, code: str, password: str = ANOTHER) -> Any:
    body = {"staff_no": staff_no, "code": code, "new_password": password}
    answer = hall.client.post("/api/session/reset", json=body)
    return answer.status_code if answer.status_code == 204 else answer.json()["rule"]


def signed(hall: Hall, staff_no: str) -> dict[str, Any]:
    """The sign-off of a fresh case of this teller's."""
    case_no = getattr(hall, staff_no).accept(hall.example("enrollment_certificate", 3))["case_no"]
    assert hall.A101.findings(case_no) == []
    found: dict[str, Any] = hall.A101.history(case_no)["sign_offs"][0]
    return found


def actions(hall: Hall, agency: str = "990101") -> list[str]:
    """What the agency's own stream tells of keys and passwords."""
    sessions = hall.client.app.state.sessions  # type: ignore[attr-defined]
    with sessions.reading() as session:
        rows = session.connection().exec_driver_sql(
            f"SELECT action FROM journal WHERE stream = '{agency}' ORDER BY seq"  # noqa: S608
        )
        return [row[0] for row in rows if row[0].split("_")[0] in ("key", "password", "reset")]


def test_a_changed_password_keeps_the_key_and_ends_every_session(hall: Hall) -> None:
    before = signed(hall, "T103")
    elsewhere = Person(hall.client, "T103")
    change = {"password": PASSWORD, "new_password": ANOTHER}

    hall.T103.post("/api/session/password", change)

    for person in (hall.T103, elsewhere):
        person.get("/api/tasks", 401)
    assert sign_in(hall, "T103", PASSWORD) == 401
    assert sign_in(hall, "T103", ANOTHER) == 201
    hall.client.cookies.clear()
    hall.people["T103"] = Person(hall.client, "T103", ANOTHER)
    assert signed(hall, "T103")["key_id"] == before["key_id"]
    assert actions(hall)[-1] == "password_changed"


@pytest.mark.parametrize(
    ("old", "new", "rule", "status"),
    [
        ("wrong-password", ANOTHER, "password.old_wrong", 401),
        (PASSWORD, PASSWORD, "password.same", 409),
        (PASSWORD, "short", "password.length", 422),
    ],
)
def test_a_change_that_is_refused_changes_nothing(
    hall: Hall, old: str, new: str, rule: str, status: int
) -> None:
    body = {"password": old, "new_password": new}

    assert hall.T103.post("/api/session/password", body, status=status)["rule"] == rule

    assert hall.T103.get("/api/tasks")["items"] == []
    assert sign_in(hall, "T103", PASSWORD) == 201


def test_a_lost_password_takes_two_people_and_makes_a_new_key(
    hall: Hall, clock: FixedClock
) -> None:
    before = signed(hall, "T103")
    clock.moment += timedelta(seconds=1)
    hall.lose_password("T103", ANOTHER)
    hall.people["T103"] = Person(hall.client, "T103", ANOTHER)
    after = signed(hall, "T103")

    assert after["key_id"] != before["key_id"]
    old = hall.A101.get(f"/api/keys/{before['key_id']}")
    new = hall.A101.get(f"/api/keys/{after['key_id']}")
    assert old["retired_at"] is not None
    assert (new["retired_at"], new["staff_no"]) == (None, "T103")
    told = ["reset_applied", "reset_confirmed", "key_retired", "key_made", "password_reset"]
    assert actions(hall)[-5:] == told
    # What the old key signed still verifies.
    for case in hall.A101.get("/api/cases")["items"]:
        assert hall.A101.findings(case["case_no"]) == []


def test_neither_of_the_two_is_enough(hall: Hall) -> None:
    lost = {"staff_no": "T103", "reason": "忘记密码"}
    applied = hall.admin.post("/api/password-resets", lost, status=201)
    assert reset(hall, "T103", applied["code_part"]) == "reset.wrong_code"
    (line,) = hall.C001.get("/api/password-resets")["items"]
    assert (line["staff_no"], line["confirmed_at"]) == ("T103", None)
    path = f"/api/password-resets/{line['reset_id']}/confirmation"

    for name in ("admin", "S101", "A101"):
        getattr(hall, name).post(path, status=403)
    for name in ("C001", "S101", "T101"):
        getattr(hall, name).post("/api/password-resets", lost, status=403)
    half = hall.C001.post(path)["code_part"]
    assert hall.C001.post(path, status=409)["rule"] == "reset.not_waiting"
    assert reset(hall, "T103", half) == "reset.wrong_code"
    assert reset(hall, "T103", half + applied["code_part"]) == "reset.wrong_code"
    assert reset(hall, "T101", applied["code_part"] + half) == "reset.wrong_code"
    assert sign_in(hall, "T103", PASSWORD) == 201

    # Told over the telephone: spaces, hyphens and small letters don't matter.
    assert reset(hall, "T103", f"{applied['code_part'].lower()} - {half}") == 204
    assert sign_in(hall, "T103", ANOTHER) == 201
    assert reset(hall, "T103", applied["code_part"] + half, PASSWORD) == "reset.wrong_code"


def test_nobody_takes_part_in_his_own(hall: Hall) -> None:
    own = {"staff_no": "admin", "reason": "忘记密码"}
    assert hall.admin.post("/api/password-resets", own, status=403)["rule"] == "reset.to_self"
    theirs = {"staff_no": "C001", "reason": "忘记密码"}
    applied = hall.admin.post("/api/password-resets", theirs, status=201)

    path = f"/api/password-resets/{applied['reset_id']}/confirmation"

    assert hall.C001.post(path, status=403)["rule"] == "reset.to_self"


def test_other_agencies_are_not_there(hall: Hall) -> None:
    for staff_no in ("A000", "nobody"):
        lost = {"staff_no": staff_no, "reason": "忘记密码"}
        found = hall.admin.post("/api/password-resets", lost, status=404)
        assert found["rule"] == "account.not_found"
    assert (
        hall.C001.post("/api/password-resets/999/confirmation", status=404)["rule"]
        == "reset.not_found"
    )


def test_five_wrong_codes_end_it(hall: Hall) -> None:
    lost = {"staff_no": "T103", "reason": "忘记密码"}
    applied = hall.admin.post("/api/password-resets", lost, status=201)
    half = hall.C001.post(f"/api/password-resets/{applied['reset_id']}/confirmation")["code_part"]
    for _ in range(5):
        assert reset(hall, "T103", "2" * 16) == "reset.wrong_code"

    assert reset(hall, "T103", applied["code_part"] + half) == "reset.wrong_code"
    assert hall.C001.get("/api/password-resets")["items"] == []
    assert actions(hall)[-5:] == ["reset_failed"] * 5


def test_a_code_counts_for_a_day(hall: Hall, clock: FixedClock) -> None:
    lost = {"staff_no": "T103", "reason": "忘记密码"}
    applied = hall.admin.post("/api/password-resets", lost, status=201)
    half = hall.C001.post(f"/api/password-resets/{applied['reset_id']}/confirmation")["code_part"]
    clock.moment += timedelta(hours=24)

    assert reset(hall, "T103", applied["code_part"] + half) == "reset.wrong_code"
