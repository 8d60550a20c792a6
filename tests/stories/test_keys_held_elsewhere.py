"""Signing with a key that the office doesn't hold: enrolled by two people, signing in two steps."""

import base64
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from database import suites
from database.clock import FixedClock
from database.connection import Sessions
from tests import evidence_file, software_token
from tests.granting import granted
from tests.people import PASSWORD, Hall, Person
from tests.software_token import Token

INSTANT = ("payment_account_change", 2)
COUNTY = ("account_adjustment", 1, "county")
BOTH_SUITES = pytest.mark.parametrize("suite", suites.NAMES)


def actions(hall: Hall, *, of: str = "990101") -> list[str]:
    """What the agency's stream tells of keys."""
    sessions: Sessions = hall.client.app.state.sessions  # type: ignore[attr-defined]
    with sessions.reading() as session:
        rows = session.connection().exec_driver_sql(
            f"SELECT action FROM journal WHERE stream = '{of}' ORDER BY seq"  # noqa: S608
        )
        return [row[0] for row in rows if row[0].startswith("key_")]


@BOTH_SUITES
def test_a_teller_signs_what_he_accepts_with_his_own_key(
    hall: Hall, suite: str, tmp_path: Path
) -> None:
    token = Token(suite)
    before = len(actions(hall))
    enrolled = software_token.enrol(hall, "T101", token)

    case = hall.T101.accept(hall.example("enrollment_certificate", 3))
    assert [task["step"] for task in case["waiting"]] == ["handle"]
    done = software_token.sign(hall.T101, token, case["case_no"])

    assert done["status"] == "completed"
    (row,) = hall.A101.history(case["case_no"])["sign_offs"]
    assert (row["key_id"], row["suite"]) == (enrolled["key_id"], suite)
    assert hall.A101.findings(case["case_no"]) == []
    key = hall.A101.get(f"/api/keys/{row['key_id']}")
    assert (key["staff_no"], key["held_elsewhere"], key["certificate"]) == ("T101", True, None)
    told = ["key_applied", "key_proved", "key_confirmed", "key_retired", "key_made"]
    assert actions(hall)[-5:] == told
    assert len(actions(hall)) > before
    evidence_file.hold_good(hall, case["case_no"], tmp_path)


@BOTH_SUITES
def test_a_level_1_case_is_signed_by_keys_held_here_and_elsewhere(
    hall: Hall, suite: str, tmp_path: Path
) -> None:
    token = Token(suite)
    software_token.enrol(hall, "R101", token)
    number = hall.T101.accept(hall.example(*COUNTY))["case_no"]

    task, body = software_token.body_of(hall.R101, number)
    without = {name: said for name, said in body.items() if name != "password"}
    path = f"/api/tasks/{task}/signing"
    assert hall.R101.post(path, without, status=403)["rule"] == "signing.password"
    wrong = {**body, "password": "not-his-password"}
    assert hall.R101.post(path, wrong, status=403)["rule"] == "signing.password_wrong"
    assert software_token.sign(hall.R101, token, number)["status"] == "in_progress"
    hall.D101.sign(number)
    assert hall.Z101.sign(number)["status"] == "completed"

    assert hall.A101.findings(number) == []
    evidence_file.hold_good(hall, number, tmp_path)


def test_only_the_signature_over_what_was_prepared_counts(hall: Hall, clock: FixedClock) -> None:
    token = Token("intl-1")
    software_token.enrol(hall, "R101", token)
    number = hall.T101.accept(hall.example(*INSTANT))["case_no"]
    task, body = software_token.body_of(hall.R101, number)
    path = f"/api/tasks/{task}/sign"

    def refused(signature: str | None, status: int, **said: Any) -> Any:
        sent = {**body, **said, **({"signature": signature} if signature else {})}
        return hall.R101.post(path, sent, status=status)["rule"]

    assert refused(None, 409) == "signing.prepare_first"
    assert refused("00" * 64, 409) == "signing.not_prepared"
    *_, prepared = software_token.prepare(hall.R101, number)
    right = token.sign(prepared["covered"])
    other = base64.b64encode(base64.b64decode(prepared["covered"]) + b" ").decode()
    assert refused(Token("intl-1").sign(prepared["covered"]), 422) == "signing.signature_wrong"
    assert refused(token.sign(other), 422) == "signing.signature_wrong"
    assert refused("no signature", 422) == "signing.signature_wrong"
    assert refused(right, 409, opinion="另一意见") == "signing.prepared_changed"
    assert refused(right, 409, decision="return") == "signing.prepared_changed"
    clock.moment += timedelta(minutes=5)
    assert refused(right, 409) == "signing.not_prepared"
    assert hall.T102.post(path, body, status=403)["rule"]

    *_, again = software_token.prepare(hall.R101, number)
    assert again["covered"] != prepared["covered"]
    assert refused(right, 422) == "signing.signature_wrong"
    clock.moment += timedelta(minutes=1)
    assert hall.R101.post(path, {**body, "signature": token.sign(again["covered"])})
    assert hall.A101.findings(number) == []
    assert hall.R101.post(path, {**body, "signature": right}, status=409)


def test_what_changed_in_between_is_not_signed(hall: Hall) -> None:
    token = Token("intl-1")
    software_token.enrol(hall, "R101", token)
    number = hall.T101.accept(hall.example(*INSTANT))["case_no"]
    task, body, prepared = software_token.prepare(hall.R101, number)
    grant = {
        "staff_no": "T102", "agency": "990101", "process": "account_adjustment", "act": "handle",
        "valid_from": "2026-11-02", "valid_to": "2026-12-31", "basis": "试行", "reason": "支援",
    }  # fmt: skip
    granted(hall, grant)
    signed = {**body, "signature": token.sign(prepared["covered"])}

    # Somebody's rights changed: the policy epoch that the record names is no longer this one.
    refused = hall.R101.post(f"/api/tasks/{task}/sign", signed, status=409)
    assert refused["rule"] == "signing.prepared_changed"
    *_, again = software_token.prepare(hall.R101, number)
    hall.R102.sign(number)
    signed = {**body, "signature": token.sign(again["covered"])}
    assert hall.R101.post(f"/api/tasks/{task}/sign", signed, status=409)["rule"] == (
        "task.not_waiting"
    )
    assert hall.A101.findings(number) == []


def test_who_is_given_back_a_case_whose_posting_changed_signs_nothing(hall: Hall) -> None:
    token = Token("intl-1")
    software_token.enrol(hall, "R101", token)
    body = hall.example(*INSTANT)
    first, second = hall.T101.accept(body)["case_no"], hall.T101.accept(body)["case_no"]
    hall.R102.sign(first)

    task, said = software_token.body_of(hall.R101, second)
    answer = hall.R101.post(f"/api/tasks/{task}/signing", said)

    assert (answer["prepared"], answer["case"]["status"]) == (None, "returned")
    assert hall.A101.findings(second) == []


def test_enrolling_takes_the_holder_and_another(hall: Hall, clock: FixedClock) -> None:
    token = Token("intl-1")
    path = "/api/key-enrolments"
    assert hall.T103.post(path, {"pem": "no key"}, status=422)["rule"] == "key.unsupported"
    applied = hall.T103.post(path, {"pem": token.public_pem}, status=201)
    one = f"{path}/{applied['enrolment_id']}"
    right = {"signature": token.sign(applied["challenge"])}

    assert hall.secadmin.post(f"{one}/confirmation", status=409)["rule"] == "key.not_proved"
    wrong = {"signature": Token("intl-1").sign(applied["challenge"])}
    assert hall.T103.post(f"{one}/proof", wrong, status=422)["rule"] == "key.proof_wrong"
    assert hall.T102.post(f"{one}/proof", right, status=404)["rule"] == "key.enrolment_not_found"
    hall.T103.post(f"{one}/proof", right)
    for name in ("T103", "S101", "C001", "A101"):
        getattr(hall, name).post(f"{one}/confirmation", status=403)
        getattr(hall, name).get(path, 403)
    (line,) = hall.secadmin.get(path)["items"]
    assert (line["staff_no"], line["key_id"]) == ("T103", applied["key_id"])
    # Until it is confirmed he signs as before, with the key that the office keeps.
    case_no = hall.T103.accept(hall.example("enrollment_certificate", 3))["case_no"]
    assert hall.T103.case(case_no)["status"] == "completed"

    hall.secadmin.post(f"{one}/confirmation")
    assert hall.secadmin.post(f"{one}/confirmation", status=409)["rule"] == "key.enrolment_ended"
    assert hall.T102.post(path, {"pem": token.public_pem}, status=409)["rule"] == "key.known"
    late = hall.T102.post(path, {"pem": Token("gm-1").public_pem}, status=201)
    clock.moment += timedelta(hours=25)
    hall.people.clear()
    ended = hall.T102.post(f"{path}/{late['enrolment_id']}/proof", right, status=409)
    assert ended["rule"] == "key.enrolment_ended"
    assert hall.secadmin.get(path)["items"] == []
    own = hall.secadmin.post(path, {"pem": (mine := Token("gm-1")).public_pem}, status=201)
    one = f"{path}/{own['enrolment_id']}"
    hall.secadmin.post(f"{one}/proof", {"signature": mine.sign(own["challenge"])})
    assert hall.secadmin.post(f"{one}/confirmation", status=403)["rule"] == "key.to_self"


def test_a_password_neither_opens_nor_ends_such_a_key(hall: Hall) -> None:
    token = Token("gm-1")
    enrolled = software_token.enrol(hall, "T103", token)
    change = {"password": PASSWORD, "new_password": "another-tongban"}
    hall.T103.post("/api/session/password", change)
    hall.lose_password("T103", PASSWORD)
    hall.people["T103"] = Person(hall.client, "T103")

    case_no = hall.T103.accept(hall.example("enrollment_certificate", 3))["case_no"]
    assert software_token.sign(hall.T103, token, case_no)["status"] == "completed"
    (row,) = hall.A101.history(case_no)["sign_offs"]
    assert row["key_id"] == enrolled["key_id"]


def test_a_lost_key_is_retired_and_signs_nothing_more(hall: Hall, clock: FixedClock) -> None:
    token = Token("intl-1")
    key_id = software_token.enrol(hall, "T103", token)["key_id"]
    number = hall.T103.accept(hall.example("enrollment_certificate", 3))["case_no"]
    task, body, prepared = software_token.prepare(hall.T103, number)
    path = f"/api/keys/{key_id}/retirement"
    kept = hall.A101.history(hall.T101.accept(hall.example(*COUNTY))["case_no"])["sign_offs"]
    hall.T102.post(path, status=403)
    hall.T201.post(path, status=404)
    hall.T101.post(f"/api/keys/{kept[0]['key_id']}/retirement", status=409)
    clock.moment += timedelta(seconds=1)

    hall.secadmin.post(path)

    assert hall.T103.post(path, status=409)["rule"] == "key.retired"
    signed = {**body, "signature": token.sign(prepared["covered"])}
    refused = hall.T103.post(f"/api/tasks/{task}/sign", signed, status=409)
    assert refused["rule"] == "signing.kept_here"
    assert hall.T103.sign(number, status=403)["rule"] == "signing.no_key"
    hall.people["T103"] = Person(hall.client, "T103")
    assert hall.T103.sign(number)["status"] == "completed"
    assert hall.T103.post(f"/api/tasks/{task}/signing", body, status=409)
    assert hall.A101.findings(number) == []
