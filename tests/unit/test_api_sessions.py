"""Signing in and out: the token, the cookie, who is kept out, and what is journalled."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import APIRouter
from starlette.responses import Response
from starlette.testclient import TestClient

from api.dependencies import Asking, Commanding
from database.connection import Sessions
from tests import edge
from tests.databases import Database


def router() -> APIRouter:
    made = APIRouter()

    @made.get("/whoami")
    def whoami(caller: Asking) -> Response:
        with caller.reading() as reading:
            return reading.answer({"staff_no": reading.actor.staff_no})

    @made.post("/act")
    def act(caller: Commanding) -> Response:
        with caller.command() as command:
            return command.answer({})

    return made


@pytest.fixture
def office(empty_database: Database) -> Iterator[Sessions]:
    opened = edge.small_office(empty_database.owner_url)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def client(office: Sessions, tmp_path: Path) -> Iterator[TestClient]:
    with edge.client_of(office, router(), tmp_path) as client:
        yield client


def test_sign_in_tells_who_one_is(client: TestClient) -> None:
    answer = client.post(
        "/api/session", json={"staff_no": edge.STAFF_NO, "password": edge.PASSWORD}
    )

    assert answer.status_code == 201
    said = answer.json()
    assert (said["staff_no"], said["agency"], said["posts"]) == ("T1", edge.AGENCY, ["teller"])
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_the_token_opens_and_signing_out_closes(client: TestClient, office: Sessions) -> None:
    headers = edge.sign_in(client)
    assert client.get("/whoami", headers=headers).json() == {"staff_no": "T1"}

    assert client.delete("/api/session", headers=headers).status_code == 204

    assert client.get("/whoami", headers=headers).status_code == 401
    told = [action for action, _ in edge.journalled(office)]
    # The account had no key yet: the first password that is given makes one.
    assert told == ["key_made", "signed_in", "signed_out"]


def test_wrong_password_and_unknown_staff_look_alike(client: TestClient, office: Sessions) -> None:
    wrong = client.post("/api/session", json={"staff_no": "T1", "password": "wrong-horse"})
    unknown = client.post("/api/session", json={"staff_no": "T2", "password": "wrong-horse"})

    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert wrong.json()["rule"] == unknown.json()["rule"] == "session.wrong_password"
    assert edge.journalled(office) == [("sign_in_failed", "session.wrong_password")]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"staff_no": 1, "password": "x"}', b'{"staff_no": "T1"}',
     b'{"staff_no": "T1", "password": "x", "more": 1}'],
)  # fmt: skip
def test_a_body_that_does_not_fit_is_no_sign_in(client: TestClient, content: bytes) -> None:
    headers = {"content-type": "application/json"}

    answer = client.post("/api/session", content=content, headers=headers)

    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_that_is_not_called_json_is_refused(client: TestClient) -> None:
    answer = client.post("/api/session", data={"staff_no": "T1", "password": edge.PASSWORD})

    assert answer.status_code == 415


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer x", "Basic dGVzdA==", "Bearer " + "é" * 9])
def test_without_a_token_of_ours_nobody_is_signed_in(client: TestClient, token: str) -> None:
    answer = client.get("/whoami", headers={b"Authorization": token.encode()})

    assert answer.status_code == 401
    assert answer.json()["rule"] == "session.missing"


def test_the_cookie_acts_only_for_our_own_pages(client: TestClient) -> None:
    client.post("/api/session", json={"staff_no": "T1", "password": edge.PASSWORD})
    assert client.get("/whoami").status_code == 200
    key = {"Idempotency-Key": "k"}

    alone = client.post("/act", headers=key)
    foreign = client.post("/act", headers={**key, "Origin": "https://evil.example"})
    own = client.post("/act", headers={"Idempotency-Key": "k2", "Origin": "http://testserver"})

    assert (alone.status_code, foreign.status_code, own.status_code) == (200, 403, 200)
    assert foreign.json()["rule"] == "session.cross_site"


def test_a_foreign_page_cannot_sign_anybody_in(client: TestClient) -> None:
    answer = client.post(
        "/api/session",
        json={"staff_no": "T1", "password": edge.PASSWORD},
        headers={"Origin": "https://evil.example"},
    )

    assert answer.status_code == 403


def test_demo_accounts_work_on_this_machine_only(empty_database: Database, tmp_path: Path) -> None:
    office = edge.small_office(empty_database.owner_url, demo=True)
    body = {"staff_no": "T1", "password": edge.PASSWORD}

    with edge.client_of(office, router(), tmp_path) as here:
        headers = edge.sign_in(here)
        proxied = {"X-Forwarded-For": "10.0.0.1"}
        assert here.post("/api/session", json=body, headers=proxied).status_code == 403
        assert here.get("/whoami", headers={**headers, **proxied}).status_code == 403
    with edge.client_of(office, router(), tmp_path, peer="10.0.0.1") as elsewhere:
        refused = elsewhere.post("/api/session", json=body)
        assert refused.json()["rule"] == "session.demo_loopback_only"
        assert elsewhere.get("/whoami", headers=headers).status_code == 403
    office.engine.dispose()
