"""A security key at the desk: enrolled once, asked after the password, refused where anything isn't right."""

import html
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from database.clock import FixedClock
from tests.people import PASSWORD, Hall, Person
from tests.second_factors import signing_in
from tests.software_key import PRESENT, SoftwareKey

STEP = "/sign-in/second-factor"


def enrol(person: Person, key: SoftwareKey, status: int = 201) -> Any:
    begun = person.post("/api/session/factors/webauthn", status=201)
    said = {"password": PASSWORD, "credential": key.create(begun["options"]), "label": "U盾"}
    return person.post("/api/session/factors/webauthn/proof", said, status=status)


def half_way(client: TestClient, staff_no: str) -> dict[str, Any]:
    """The password at the desk; what the page of the second step asks a security key."""
    client.cookies.clear()
    client.get("/sign-in")
    sent = {"staff_no": staff_no, "password": PASSWORD, "csrf": token(client.get("/sign-in").text)}
    answer = client.post("/sign-in", data=sent, follow_redirects=False)
    assert answer.headers["location"] == STEP
    assert client.get("/me", follow_redirects=False).status_code == 401
    found = re.search(r'data-options="([^"]+)"', client.get(STEP).text)
    assert found is not None
    said: dict[str, Any] = json.loads(html.unescape(found.group(1)))
    return said


def token(page: str) -> str:
    found = re.search(r'name="csrf" content="(\w+)"', page)
    assert found is not None
    return found.group(1)


def step(client: TestClient, **said: str) -> Any:
    sent = {"csrf": token(client.get("/sign-in").text), **said}
    return client.post(STEP, data=sent, follow_redirects=False)


def test_it_is_asked_after_the_password_and_signs(hall: Hall, client: TestClient) -> None:
    key = SoftwareKey()
    made = enrol(hall.R101, key)
    assert len(made["recovery_codes"]) == 8
    assert enrol(hall.R102, key, 409)["rule"] == "factor.key_known"
    needed = signing_in(client, "R101").json()
    assert (needed["rule"], needed["accepts"]) == (
        "session.second_factor",
        ["webauthn", "recovery"],
    )

    asked = half_way(client, "R101")
    assert asked["userVerification"] == "required"
    answer = step(client, answer=json.dumps(key.get(asked)), next="/queue")
    assert (answer.status_code, answer.headers["location"]) == (303, "/queue")
    assert client.get("/me").status_code == 200
    signed_in = client.cookies["tongban_session"]
    # What waited for the factor is over, and its own answer opens nothing again.
    assert step(client, answer=json.dumps(key.get(asked))).headers["location"] == "/sign-in"

    # The signing key came along: the password had opened it.
    case = hall.T101.accept(hall.example("payment_account_change", 2))["case_no"]
    hall.R101.headers = {"Authorization": f"Bearer {signed_in}"}
    assert hall.R101.sign(case)["status"] == "completed"


def test_signing_in_again_at_a_desk_ends_what_was_open_there(
    hall: Hall, client: TestClient
) -> None:
    key = SoftwareKey()
    enrol(hall.R101, key)
    assert step(client, answer=json.dumps(key.get(half_way(client, "R101")))).status_code == 303
    first = client.cookies["tongban_session"]
    sent = {"staff_no": "T101", "password": PASSWORD, "csrf": token(client.get("/sign-in").text)}
    assert client.post("/sign-in", data=sent, follow_redirects=False).status_code == 303

    client.cookies.clear()
    again = {"Authorization": f"Bearer {first}"}
    assert client.get("/api/sessions", headers=again).status_code == 401


def test_a_demo_account_gives_its_factor_on_this_machine_only(
    hall: Hall, client: TestClient
) -> None:
    key = SoftwareKey()
    spare = enrol(hall.R101, key)["recovery_codes"]
    asked = half_way(client, "R101")
    sent = {
        "csrf": token(client.get("/sign-in").text),
        "answer": json.dumps(key.get(asked)),
    }
    through_a_proxy = {"x-forwarded-for": "203.0.113.7"}
    answer = client.post(STEP, data=sent, headers=through_a_proxy, follow_redirects=False)
    assert answer.status_code == 403
    said = {"staff_no": "R101", "password": PASSWORD, "code": spare[0]}
    refused = client.post("/api/session", json=said, headers=through_a_proxy)
    assert refused.json()["rule"] == "session.demo_loopback_only"
    # Nothing was used up.
    assert step(client, code=spare[0]).status_code == 303


def _cloned(key: SoftwareKey) -> None:
    """It says a number that was said before, again and again."""
    key.counts = False


def _unverified(key: SoftwareKey) -> None:
    key.flags = PRESENT


def _elsewhere(key: SoftwareKey) -> None:
    key.origin = "http://127.0.0.1.example.org:8000"


@pytest.mark.parametrize("spoil", [_cloned, _unverified, _elsewhere])
def test_a_wrong_answer_is_refused_and_counted(
    hall: Hall, client: TestClient, spoil: Callable[[SoftwareKey], None]
) -> None:
    key = SoftwareKey()
    enrol(hall.R101, key)
    asked = half_way(client, "R101")
    step(client, answer=json.dumps(key.get(asked)))
    spoil(key)

    for _ in range(5):
        asked = half_way(client, "R101")
        assert step(client, answer=json.dumps(key.get(asked))).status_code == 401
    client.cookies.clear()
    assert signing_in(client, "R101").status_code == 429


@pytest.mark.parametrize("spoil", [_unverified, _elsewhere])
def test_such_a_key_is_not_enrolled(hall: Hall, spoil: Callable[[SoftwareKey], None]) -> None:
    key = SoftwareKey()
    spoil(key)

    assert enrol(hall.R101, key, 422)["rule"] == "factor.proof_wrong"


def test_one_that_does_not_count_and_answers_that_are_none(hall: Hall, client: TestClient) -> None:
    key = SoftwareKey(counts=False)
    enrol(hall.R101, key)
    asked = half_way(client, "R101")
    for malformed in ("{}", "[1]", "not json", json.dumps({"id": key.get(asked)["id"]})):
        assert step(client, answer=malformed).status_code == 401
    right = json.dumps(key.get(asked))
    assert step(client, answer=right).status_code == 303


def test_the_second_step_is_late_after_five_minutes(
    hall: Hall, client: TestClient, clock: FixedClock
) -> None:
    key = SoftwareKey()
    spare = enrol(hall.R101, key)["recovery_codes"]
    asked = half_way(client, "R101")
    clock.moment += timedelta(minutes=5, seconds=1)
    late = step(client, answer=json.dumps(key.get(asked)))
    assert late.headers["location"] == "/sign-in"
    half_way(client, "R101")
    assert step(client, code=spare[0]).status_code == 303


def test_the_set_address_is_what_keys_are_bound_to(
    hall: Hall,
) -> None:
    """A forged Host header moves nothing."""
    hall.R101.client.app.state.address = "https://desk.example.cn"  # type: ignore[attr-defined]
    key = SoftwareKey("https://desk.example.cn")
    begun = hall.R101.post("/api/session/factors/webauthn", status=201)
    assert begun["options"]["rp"]["id"] == "desk.example.cn"
    said = {"password": PASSWORD, "credential": key.create(begun["options"])}
    hall.R101.post("/api/session/factors/webauthn/proof", said, status=201)
