"""The same request sent again: one effect, one answer, byte for byte."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Column, Integer, MetaData, Table, func, insert, select, text
from starlette.responses import Response
from starlette.testclient import TestClient

from api.body import Body, json_of
from api.dependencies import Asking, Commanding
from database.connection import Sessions
from database.refusals import Conflict, Forbidden
from tests import edge
from tests.databases import Database

METADATA = MetaData()
EFFECTS = Table("effects", METADATA, Column("id", Integer, primary_key=True))
NAME = "欧阳修"


class Said(BaseModel):
    """What the test's routes take."""

    model_config = ConfigDict(strict=True, extra="forbid")

    amount: int
    password: str | None = None


@pytest.fixture
def office(empty_database: Database) -> Iterator[Sessions]:
    opened = edge.small_office(empty_database.owner_url)
    METADATA.create_all(opened.engine)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def client(office: Sessions, tmp_path: Path) -> Iterator[TestClient]:
    router = APIRouter()

    @router.post("/act/{name}", status_code=201)
    def act(name: str, body: Annotated[Body[Said], json_of(Said)], caller: Commanding) -> Response:
        with caller.command(body) as command:
            said = body.checked()
            row = command.session.execute(insert(EFFECTS).returning(EFFECTS.c.id)).scalar_one()
            if said.amount < 0:
                raise Conflict("Not less than nothing.", rule="amount.negative")
            return command.answer({"row": row, "name": NAME, "route": name}, 201)

    @router.get("/look")
    def look(caller: Asking) -> Response:
        with caller.reading():
            raise Forbidden(rule="look.forbidden")

    with edge.client_of(office, router, tmp_path) as client:
        yield client


@pytest.fixture
def headers(client: TestClient) -> dict[str, str]:
    return edge.sign_in(client)


def send(
    client: TestClient, headers: dict[str, str], key: str | None, body: Any, to: str = "a"
) -> Any:
    sent = headers if key is None else {**headers, "Idempotency-Key": key}
    return client.post(f"/act/{to}", json=body, headers=sent)


def effects(office: Sessions) -> int:
    with office.reading() as session:
        return session.execute(select(func.count()).select_from(EFFECTS)).scalar_one()


def test_repeated_gets_the_same_bytes_and_one_effect(
    client: TestClient, headers: dict[str, str], office: Sessions
) -> None:
    first = send(client, headers, "k", {"amount": 1})
    again = send(client, headers, "k", {"amount": 1})

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["content-type"] == first.headers["content-type"]
    assert effects(office) == 1


@pytest.mark.parametrize(
    ("body", "to"), [({"amount": 2}, "a"), ({"amount": 1}, "b"), ({"amount": "1"}, "a")]
)
def test_the_key_of_another_request_is_refused(
    client: TestClient, headers: dict[str, str], office: Sessions, body: Any, to: str
) -> None:
    send(client, headers, "k", {"amount": 1})

    answer = send(client, headers, "k", body, to)

    assert answer.status_code == 409
    assert answer.json()["rule"] == "idempotency.key_reused"
    assert effects(office) == 1


def test_order_of_members_and_password_do_not_matter(
    client: TestClient, headers: dict[str, str]
) -> None:
    first = send(client, headers, "k", {"amount": 1, "password": "one"})

    again = send(client, headers, "k", {"password": "two", "amount": 1})

    assert again.content == first.content


@pytest.mark.parametrize(
    ("key", "rule"),
    [
        (None, "idempotency.key_missing"),
        ("", "idempotency.key_malformed"),
        ("a b", "idempotency.key_malformed"),
        ("k" * 201, "idempotency.key_malformed"),
    ],
)
def test_a_request_without_a_proper_key_is_refused(
    client: TestClient, headers: dict[str, str], key: str | None, rule: str
) -> None:
    answer = send(client, headers, key, {"amount": 1})

    assert answer.status_code == 400
    assert answer.json()["rule"] == rule


def test_a_refused_request_leaves_its_key_free(
    client: TestClient, headers: dict[str, str], office: Sessions
) -> None:
    assert send(client, headers, "k", {"amount": -1}).status_code == 409

    assert send(client, headers, "k", {"amount": 1}).status_code == 201
    assert effects(office) == 1


def test_refusals_are_journalled_after_the_rollback(
    client: TestClient, headers: dict[str, str], office: Sessions
) -> None:
    send(client, headers, "k1", {"amount": -1})
    send(client, headers, "k2", {"amount": "x"})
    client.get("/look", headers=headers)

    refused = [rule for action, rule in edge.journalled(office) if action == "denied"]
    assert refused == ["amount.negative", "form.invalid", "look.forbidden"]


def test_a_repeated_request_still_needs_its_session(
    client: TestClient, headers: dict[str, str]
) -> None:
    send(client, headers, "k", {"amount": 1})
    assert client.delete("/api/session", headers=headers).status_code == 204

    assert send(client, headers, "k", {"amount": 1}).status_code == 401


def test_the_same_key_at_once_has_one_effect(
    client: TestClient, headers: dict[str, str], office: Sessions
) -> None:
    answers: list[bytes] = []
    threads = [
        threading.Thread(
            target=lambda: answers.append(send(client, headers, "k", {"amount": 1}).content)
        )
        for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 12
    assert len(set(answers)) == 1
    assert effects(office) == 1


def test_the_stored_answer_is_sealed(
    client: TestClient, headers: dict[str, str], office: Sessions
) -> None:
    send(client, headers, "k", {"amount": 1})

    with office.reading() as session:
        stored = session.execute(text("SELECT body FROM idempotency_keys")).scalar_one()
    assert NAME.encode() not in bytes(stored)
    assert b'"row"' not in bytes(stored)
