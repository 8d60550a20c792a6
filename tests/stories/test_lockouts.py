"""Guessing passwords keeps out whoever guesses, for a while, and not his victim elsewhere."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from authz.signing_in import lockouts
from database.clock import FixedClock
from tests.people import PASSWORD, Hall

NO_PASSWORD = "-"


def guess(client: TestClient, staff_no: str, password: str = NO_PASSWORD) -> tuple[int, str]:
    answer = client.post("/api/session", json={"staff_no": staff_no, "password": password})
    client.cookies.clear()
    return answer.status_code, answer.json().get("rule", "")


def test_five_failures_keep_out_even_the_right_password(hall: Hall, clock: FixedClock) -> None:
    for _ in range(lockouts.FROM_THERE):
        assert guess(hall.client, "R101") == (401, "session.wrong_password")

    assert guess(hall.client, "R101", PASSWORD) == (429, "session.locked")
    assert guess(hall.client, "R102", PASSWORD) == (201, "")

    clock.moment += lockouts.WINDOW + timedelta(minutes=1)
    assert guess(hall.client, "R101", PASSWORD) == (201, "")


def test_a_wrong_present_password_counts_as_one_at_signing_in(
    hall: Hall, clock: FixedClock
) -> None:
    """Whoever sits before an open session guesses no further there than at the door."""
    path, factor = "/api/session/password", "/api/session/recovery-codes"
    wrong = {"password": NO_PASSWORD, "new_password": "another-tongban-2"}
    for nth in range(lockouts.FROM_THERE):
        where, said = (path, wrong) if nth % 2 else (factor, {"password": NO_PASSWORD})
        assert hall.R101.post(where, said, status=401)["rule"] == "password.old_wrong"
    right = {**wrong, "password": PASSWORD}
    assert hall.R101.post(path, right, status=429)["rule"] == "session.locked"
    assert guess(hall.client, "R101", PASSWORD) == (429, "session.locked")
    entries = hall.A101.get("/api/audit/journal?staff_no=R101")["items"]
    told = [one["rule"] for one in entries if one["action"] == "sign_in_failed"]
    assert told == ["password.old_wrong"] * lockouts.FROM_THERE

    clock.moment += lockouts.WINDOW + timedelta(minutes=1)
    hall.R101.post(path, right)
    assert guess(hall.client, "R101", right["new_password"]) == (201, "")


def test_the_right_password_in_time_begins_anew(hall: Hall) -> None:
    for _ in range(3):
        for _ in range(lockouts.FROM_THERE - 1):
            guess(hall.client, "R101")
        assert guess(hall.client, "R101", PASSWORD) == (201, "")


def test_a_number_nobody_has_is_locked_like_any_other(hall: Hall) -> None:
    """Else the lock would tell which staff numbers exist."""
    for _ in range(lockouts.FROM_THERE):
        assert guess(hall.client, "X999") == (401, "session.wrong_password")
    assert guess(hall.client, "X999") == (429, "session.locked")


def test_another_address_keeps_nobody_out_here_before_the_higher_mark(hall: Hall) -> None:
    sessions = hall.client.app.state.sessions  # type: ignore[attr-defined]
    with sessions.command() as session:
        for number in range(lockouts.FROM_EVERYWHERE - 1):
            lockouts.note(session, "R101", f"10.0.0.{number % 20}")
    assert guess(hall.client, "R101", PASSWORD) == (201, "")

    with sessions.command() as session:
        lockouts.note(session, "R101", "10.0.0.99")

    assert guess(hall.client, "R101", PASSWORD) == (429, "session.locked")


def test_an_address_that_guesses_for_everybody_is_kept_out(hall: Hall) -> None:
    sessions = hall.client.app.state.sessions  # type: ignore[attr-defined]
    with sessions.command() as session:
        for number in range(lockouts.OF_ANYBODY):
            lockouts.note(session, f"T{number}", "10.0.0.7")
    with sessions.reading() as session:
        lockouts.require_open(session, "R101", "10.0.0.8")
        with pytest.raises(lockouts.LockedOut):
            lockouts.require_open(session, "R101", "10.0.0.7")
