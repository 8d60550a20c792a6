"""A first password that nobody changes in time counts no more (OWASP ASVS 6.4.1), through HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from authz.offices import accounts
from authz.offices.accounts import Account
from authz.signing_in import passwords
from database.clock import FixedClock
from engine.people import first_passwords
from engine.people.first_passwords import NoFirstPassword
from oversight import verification
from tests.people import Hall, Person

DAYS = timedelta(days=14)
HTML = {"accept": "text/html"}


@pytest.fixture
def first(hall: Hall) -> str:
    """T103 has a first password again, from now on."""
    _mark(hall)
    return _given(hall)


def _sessions(hall: Hall) -> Any:
    state: Any = hall.client.app.state  # type: ignore[attr-defined]
    return state.sessions


def _mark(hall: Hall) -> None:
    with _sessions(hall).command() as session:
        asked = select(Account.account_id).where(Account.staff_no == "T103")
        accounts.mark_first_password(session, session.execute(asked).scalar_one())


def _given(hall: Hall) -> str:
    password = passwords.first()
    hashed = passwords.hash_password(password)
    with _sessions(hall).command() as session:
        first_passwords.give(session, "T103", hashed)
    return password


def refused(hall: Hall, password: str) -> Any:
    said = {"staff_no": "T103", "password": password}
    answer = hall.client.post("/api/session", json=said)
    assert answer.status_code == 403, answer.text
    return answer.json()


def line(hall: Hall) -> Any:
    listed = hall.admin.get("/api/accounts")["items"]
    return next(one for one in listed if one["staff_no"] == "T103")["first_password"]


def test_in_time_it_is_changed(hall: Hall, clock: FixedClock, first: str) -> None:
    clock.moment += DAYS - timedelta(minutes=1)
    assert line(hall)["expired"] is False
    page = hall.client.get("/staff", headers={**HTML, **hall.admin.headers}).text
    assert "First password until" in page or "初始密码有效至" in page

    newcomer = Person(hall.client, "T103", first)
    assert newcomer.get("/api/tasks", status=403)["rule"] == "password.first"
    newcomer.post("/api/session/password", {"password": first, "new_password": "by-himself-1"})
    clock.moment += timedelta(days=1)
    assert Person(hall.client, "T103", "by-himself-1").get("/api/tasks")
    assert Hall(hall.client).admin.get("/api/accounts")["items"]


def test_after_it_is_refused_and_the_refusal_says_who_helps(
    hall: Hall, clock: FixedClock, first: str
) -> None:
    clock.moment += DAYS
    said = refused(hall, first)

    assert (said["rule"], said["days"]) == ("password.first_expired", 14)
    helpers = {one["staff_no"] for who in said["who_can"] for one in who["staff"]}
    assert "admin" in helpers
    # Only who has it learns that it is over.
    wrong = hall.client.post("/api/session", json={"staff_no": "T103", "password": "x" * 16})
    assert wrong.json()["rule"] == "session.wrong_password"
    later = Hall(hall.client)
    assert line(later)["expired"] is True
    page = hall.client.get("/staff", headers={**HTML, **later.admin.headers}).text
    assert "First password expired" in page or "初始密码已失效" in page

    later.lose_password("T103", "by-two-people-1")
    assert line(later) is None
    assert Person(hall.client, "T103", "by-two-people-1").get("/api/tasks")


def test_whoever_came_in_time_and_waited_changes_it_no_more(
    hall: Hall, clock: FixedClock, first: str
) -> None:
    clock.moment += DAYS - timedelta(minutes=10)
    newcomer = Person(hall.client, "T103", first)
    clock.moment += timedelta(minutes=10)

    said = {"password": first, "new_password": "too-late-by-now"}
    assert newcomer.post("/api/session/password", said, status=403)["rule"] == (
        "password.first_expired"
    )


def test_another_is_given_anew_to_whom_never_used_his(
    hall: Hall, clock: FixedClock, first: str
) -> None:
    clock.moment += DAYS
    assert refused(hall, first)["rule"] == "password.first_expired"

    again = _given(hall)

    wrong = hall.client.post("/api/session", json={"staff_no": "T103", "password": first})
    assert wrong.json()["rule"] == "session.wrong_password"
    newcomer = Person(hall.client, "T103", again)
    newcomer.post("/api/session/password", {"password": again, "new_password": "by-himself-1"})
    with pytest.raises(NoFirstPassword):
        _given(hall)
    state: Any = hall.client.app.state  # type: ignore[attr-defined]
    with state.sessions.reading() as session:
        assert list(verification.verify_office(session, state.office)) == []


def test_the_page_of_signing_in_names_who_helps(hall: Hall, clock: FixedClock, first: str) -> None:
    clock.moment += DAYS
    page = hall.client.get("/sign-in", headers=HTML).text
    csrf = page.split('name="csrf" value="')[1].split('"')[0]
    sent = {"csrf": csrf, "staff_no": "T103", "password": first, "next": "/"}
    headers = {**HTML, "Accept-Language": "zh-CN", "Origin": "http://127.0.0.1:8000"}
    answer = hall.client.post("/sign-in", data=sent, headers=headers)

    assert answer.status_code == 403
    assert "初始密码未在规定期限内修改" in answer.text
    assert "admin" in answer.text
