"""Every refusal answers as a problem document; a defect says nothing about the inside."""

import errno
import json
import logging
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api import failures, problems
from api.body_size import MAX_BODY_BYTES, BodySize
from api.envelope import Envelope
from api.monitoring import logs
from database.refusals import (
    Conflict,
    Forbidden,
    Invalid,
    InvariantBroken,
    NotFound,
    NotSignedIn,
    Refusal,
    Unavailable,
)

ID_NO = "610102196508171234"


class TaskTaken(Conflict):
    """Somebody else has it."""

    rule = "task.taken"


RAISED: dict[str, Exception] = {
    "not-signed-in": NotSignedIn(),
    "forbidden": Forbidden("Not you.", rule="duty", who_can=[{"post": "reviewer"}]),
    "not-found": NotFound(),
    "conflict": TaskTaken(facts={"case_no": "1", "status": "ignored"}),
    "invalid": Invalid(errors=[{"field": "form.a", "message": "too long", "rule": "form.long"}]),
    "unavailable": Unavailable(),
    "full": OSError(errno.ENOSPC, "No space left on device"),
    "broken": InvariantBroken("debits and credits differ"),
    "unexpected": ValueError(f"bad value {ID_NO}"),
}


@pytest.fixture
def client() -> Iterator[TestClient]:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    problems.register(app)

    @app.get("/raise/{name}")
    def raising(name: str) -> None:
        raise RAISED[name]

    @app.get("/number")
    def number(n: int) -> int:
        return n

    @app.post("/read")
    def reading() -> str:
        return "not read"

    with TestClient(Envelope(BodySize(app)), raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize(
    ("name", "status", "rule"),
    [
        ("not-signed-in", 401, "session.missing"),
        ("forbidden", 403, "duty"),
        ("not-found", 404, "not_found"),
        ("conflict", 409, "task.taken"),
        ("invalid", 422, "form.invalid"),
        ("unavailable", 503, "unavailable"),
        ("full", 503, "database.disk_full"),
        ("broken", 500, "defect"),
        ("unexpected", 500, "defect"),
    ],
)
def test_status_and_shape(client: TestClient, name: str, status: int, rule: str) -> None:
    answer = client.get(f"/raise/{name}")

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["rule"] == rule
    assert problem["type"] == f"urn:tongban:rule:{rule}"
    assert problem["title"]
    assert problem["detail"]
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_members_of_a_refusal(client: TestClient) -> None:
    assert client.get("/raise/forbidden").json()["who_can"] == [{"post": "reviewer"}]
    assert client.get("/raise/invalid").json()["errors"][0]["field"] == "form.a"
    conflict = client.get("/raise/conflict").json()
    assert (conflict["case_no"], conflict["status"]) == ("1", 409)
    assert conflict["detail"] == "Somebody else has it."
    assert client.get("/raise/not-signed-in").headers["www-authenticate"] == "Bearer"


def test_the_frameworks_own_refusals_have_the_same_shape(client: TestClient) -> None:
    assert client.get("/nowhere").json()["rule"] == "route.not_found"
    assert client.delete("/number").json()["rule"] == "route.method"
    wrong = client.get("/number?n=x")
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["field"] == "query.n"


def test_a_defect_is_logged_whole_and_quotes_nobody(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, logger="tongban.edge"):
        answer = client.get("/raise/unexpected")

    assert ID_NO not in answer.text
    line = logs.JsonFormatter().format(caplog.records[-1])
    assert ID_NO not in line
    error = json.loads(line)["error"][0]
    assert error["type"] == "ValueError"
    assert any("test_api_problems.py" in frame for frame in error["stack"])


def test_our_own_words_are_logged(caplog: pytest.LogCaptureFixture, client: TestClient) -> None:
    with caplog.at_level(logging.ERROR, logger="tongban.edge"):
        client.get("/raise/broken")

    line = json.loads(logs.JsonFormatter().format(caplog.records[-1]))
    assert line["error"][0]["message"] == "debits and credits differ"


def test_the_access_log_names_the_template(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="tongban.access"):
        client.get("/raise/not-found?who=somebody")

    line = json.loads(logs.JsonFormatter().format(caplog.records[-1]))
    assert (line["route"], line["status"]) == ("/raise/{name}", 404)
    assert "somebody" not in json.dumps(line)


def test_a_body_that_announces_too_much_is_refused_unread(client: TestClient) -> None:
    answer = client.post("/read", content=b"x", headers={"content-length": str(MAX_BODY_BYTES + 1)})

    assert answer.status_code == 413
    assert answer.json()["rule"] == "body.too_large"


def test_every_refusal_family_has_a_status() -> None:
    for family in Refusal.__subclasses__():
        if family.__module__ == "database.refusals":
            assert family in problems.STATUS


def test_failures_that_are_no_failure_of_storage_stay_defects() -> None:
    assert failures.explained(FileNotFoundError(errno.ENOENT, "x")) is None
    assert failures.explained(KeyError("x")) is None
