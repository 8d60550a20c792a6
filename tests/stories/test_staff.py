"""Taking on staff: an administrator's account, a supervisor's appointment, the owner's own password."""

from typing import Any

from tests import qualified
from tests.people import PASSWORD, Hall, Person
from tests.staff_commands import new_id_no


def account(**said: Any) -> dict[str, Any]:
    return {"staff_no": "T109", "name": "新人", "id_no": new_id_no(), "agency": "990101", **said}


def appointment(**said: Any) -> dict[str, Any]:
    return {
        "staff_no": "T109",
        "post": "teller",
        "from": "2026-11-02",
        "basis": "任命〔2026〕8号",
        **said,
    }


def password_of(hall: Hall, staff_no: str, password: str) -> None:
    """The two halves of a code, told by two people, and the owner's own password."""
    hall.lose_password(staff_no, password)


def test_from_the_account_to_the_first_case(hall: Hall) -> None:
    opened = hall.admin.post("/api/accounts", account(), status=201)
    assert opened == {"staff_no": "T109", "active": True}
    password_of(hall, "T109", "his-own-password")
    newcomer = Person(hall.client, "T109", "his-own-password")
    body = hall.example("enrollment_certificate", 3)
    assert newcomer.accept(body, status=403)["rule"] == "post.missing"

    given = hall.S101.post("/api/appointments", appointment(), status=201)

    assert (given["post"], given["status"]) == ("teller", "held")
    refused = newcomer.accept(body, status=403)
    assert refused["rule"] == "qualification.missing"
    assert [one["subject"] for one in refused["missing"]] == list(qualified.SUBJECTS)
    qualified.train(hall, "T109")

    number = newcomer.accept(body)["case_no"]
    assert hall.A101.findings(number) == []
    line = next(one for one in hall.S101.get("/api/accounts")["items"] if one["staff_no"] == "T109")
    assert [held["post"] for held in line["appointments"]] == ["teller"]

    hall.S101.post(f"/api/appointments/{given['appointment_id']}/dismissal")

    assert newcomer.accept(body, status=401)["rule"] == "session.missing"
    said = {"staff_no": "T109", "password": "his-own-password"}
    again = hall.client.post("/api/session", json=said)
    assert (again.status_code, again.json()["rule"]) == (401, "session.wrong_password")
    assert hall.A101.findings(number) == []
    hall.admin.post("/api/accounts/T109/closing")
    assert newcomer.get("/api/tasks", status=401)["rule"] == "session.missing"


def test_neither_does_the_others_part(hall: Hall) -> None:
    assert hall.S101.post("/api/accounts", account(), status=403)["rule"] == "post.missing"
    hall.admin.post("/api/accounts", account(), status=201)
    refused = hall.admin.post("/api/appointments", appointment(), status=403)
    assert refused["rule"] == "post.missing"
    own = hall.S101.post("/api/appointments", appointment(staff_no="S101"), status=403)
    assert own["rule"] == "staff.to_self"


def test_who_controls_is_appointed_from_above(hall: Hall) -> None:
    hall.admin.post("/api/accounts", account(), status=201)
    for post in ("auditor", "supervisor", "finance", "internal_control"):
        refused = hall.S101.post("/api/appointments", appointment(post=post), status=403)
        assert refused["rule"] == "staff.from_above"

    hall.S000.post("/api/appointments", appointment(post="finance"), status=201)

    mixed = hall.S101.post("/api/appointments", appointment(), status=403)
    assert (mixed["rule"], mixed["held"]) == ("posts.incompatible", ["finance"])


def test_a_county_has_no_administrator_of_permissions(hall: Hall) -> None:
    """Not appointed from above either: the city's does it."""
    hall.admin.post("/api/accounts", account(), status=201)
    for post in ("administrator", "security_administrator"):
        refused = hall.S000.post("/api/appointments", appointment(post=post), status=422)
        assert [(e["field"], e["rule"]) for e in refused["errors"]] == [("post", "staff.post")]


def test_every_wrong_field_at_once(hall: Hall) -> None:
    hall.admin.post("/api/accounts", account(), status=201)
    taken = hall.admin.post("/api/accounts", account(section="待遇科"), status=422)
    assert {(e["field"], e["rule"]) for e in taken["errors"]} == {
        ("staff_no", "staff.number_taken"),
        ("section", "staff.section"),
    }
    typed = hall.admin.post("/api/accounts", account(id_no="610099199101010000"), status=422)
    assert typed["errors"][0]["rule"] == "id_no.check_digit"
    wrong = hall.S101.post(
        "/api/appointments", appointment(post="city_head", to="2026-01-01"), status=422
    )
    assert {(e["field"], e["rule"]) for e in wrong["errors"]} == {
        ("post", "staff.post"),
        ("to", "staff.dates"),
    }
    hall.admin.post("/api/accounts", account(agency="999999"), status=404)


def test_what_a_leaver_had_claimed_is_for_his_colleagues_again(hall: Hall) -> None:
    for claimed_again in (False, True):
        body = hall.example("payment_account_change", 2)
        number = hall.T101.accept(body)["case_no"]
        task = hall.R102.case(number)["waiting"][0]["task_id"]
        if claimed_again:
            hall.admin.post("/api/accounts", account(staff_no="R109"), status=201)
            password_of(hall, "R109", "his-own-password")
            said = appointment(staff_no="R109", post="reviewer")
            given = hall.S101.post("/api/appointments", said, status=201)
            Person(hall.client, "R109", "his-own-password").post(f"/api/tasks/{task}/claim")
            held = hall.R102.post(f"/api/tasks/{task}/claim", status=409)
            assert held["rule"] == "task.claimed"
            hall.S101.post(f"/api/appointments/{given['appointment_id']}/dismissal")
            hall.R102.post(f"/api/tasks/{task}/claim")
        else:
            hall.R101.post(f"/api/tasks/{task}/claim")
            hall.admin.post("/api/accounts/R101/closing")

        assert hall.R102.sign(number)["status"] == "completed"
        assert hall.A101.findings(number) == []


def test_ones_own_sessions_are_seen_and_ended(hall: Hall) -> None:
    forgotten = Person(hall.client, "T103")
    here = Person(hall.client, "T103")
    listed = here.get("/api/sessions")["items"]
    assert [one["this"] for one in listed][:2] == [True, False]

    other = f"/api/sessions/{listed[1]['session_id']}/end"
    assert here.post(other, {}, status=401)["rule"] == "password.old_wrong"
    assert here.post(other, {"password": "guessed"}, status=401)["rule"] == "password.old_wrong"
    forgotten.get("/api/tasks")
    here.post(other, {"password": PASSWORD})

    assert forgotten.get("/api/tasks", status=401)["rule"] == "session.missing"
    here.get("/api/tasks")
    not_mine = f"/api/sessions/{listed[0]['session_id']}/end"
    foreign = hall.T102.post(not_mine, {"password": PASSWORD}, status=404)
    assert foreign["rule"] == "session.not_found"


def test_ones_own_sessions_are_told_apart_by_the_kind_of_browser(hall: Hall) -> None:
    said = {"staff_no": "T103", "password": PASSWORD}
    edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0"
    there = {"user-agent": edge}
    assert hall.client.post("/api/session", json=said, headers=there).status_code == 201
    here = Person(hall.client, "T103")
    listed = here.get("/api/sessions")["items"]

    assert [one["browser"] for one in listed[:2]] == ["program", "edge/windows"]
    assert "120" not in str(listed)
    headers = {**here.headers, "accept": "text/html", "Accept-Language": "zh-CN"}
    for path in ("/me", "/me/security"):
        page = hall.client.get(path, headers=headers).text
        assert "Edge · Windows" in page
        assert "结束其他登录须输入本人密码。" in page


def test_the_desk_ends_another_session_with_the_password(hall: Hall) -> None:
    forgotten = Person(hall.client, "T103")
    here = Person(hall.client, "T103")
    hall.client.cookies.clear()
    other = next(one["session_id"] for one in here.get("/api/sessions")["items"] if not one["this"])
    html = {**here.headers, "accept": "text/html", "origin": "http://127.0.0.1:8000"}
    page = hall.client.get("/me", headers=html).text
    named = {
        name: page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("csrf", "key")
    }

    wrong = {**named, "session_id": other, "password": "guessed"}
    assert hall.client.post("/me/sessions/end", data=wrong, headers=html).status_code == 401
    forgotten.get("/api/tasks")
    right = {**wrong, "password": PASSWORD}
    done = hall.client.post("/me/sessions/end", data=right, headers=html, follow_redirects=False)
    assert done.status_code in (200, 204, 303)
    assert forgotten.get("/api/tasks", status=401)["rule"] == "session.missing"
