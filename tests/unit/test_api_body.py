"""A body is read within limits, and judged only after authority and existence."""

from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.testclient import TestClient

from api import problems
from api.application import Application
from api.body import Body, Nothing, json_of
from api.body_size import MAX_BODY_BYTES
from database.refusals import NotFound


class Form(BaseModel):
    """Two strict fields."""

    model_config = ConfigDict(strict=True, extra="forbid")

    amount: int
    name: str = Field(max_length=5)


def _nobody() -> None:
    raise NotFound


@pytest.fixture
def client() -> Iterator[TestClient]:
    router = APIRouter()

    @router.post("/form")
    def form(body: Annotated[Body[Form], json_of(Form)]) -> dict[str, Any]:
        return body.checked().model_dump()

    @router.post("/foreign")
    def foreign(body: Annotated[Body[Form], json_of(Form)]) -> dict[str, Any]:
        return body.checked(_nobody).model_dump()

    @router.post("/nothing")
    def nothing(body: Annotated[Body[Nothing], json_of(Nothing)]) -> dict[str, Any]:
        return body.checked().model_dump()

    app = Application(openapi_url=None, docs_url=None, redoc_url=None)
    app.include_router(router)
    problems.register(app)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def test_a_form_that_fits_is_read(client: TestClient) -> None:
    body = {"amount": 1, "name": "张三"}

    assert client.post("/form", json=body).json() == body


def test_every_wrong_field_at_once(client: TestClient) -> None:
    answer = client.post("/form", json={"amount": "12", "name": "too long", "more": 1})

    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {"amount", "name", "more"}


@pytest.mark.parametrize("amount", [True, "12", 12.0, None, [12]])
def test_types_are_not_guessed(client: TestClient, amount: Any) -> None:
    assert client.post("/form", json={"amount": amount, "name": "x"}).status_code == 422


def test_what_was_typed_is_not_repeated(client: TestClient) -> None:
    answer = client.post("/form", json={"amount": "610102196508171234", "name": "x"})

    assert "610102196508171234" not in answer.text


def test_existence_comes_before_form_errors(client: TestClient) -> None:
    assert client.post("/foreign", json={"amount": "x"}).status_code == 404
    assert client.post("/foreign", json=[]).status_code == 404
    assert client.post("/foreign", json={"amount": 1, "name": "x"}).status_code == 200


def test_not_an_object_is_a_form_error(client: TestClient) -> None:
    answer = client.post("/form", json=[1])

    assert (answer.status_code, answer.json()["rule"]) == (422, "body.not_an_object")


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"", "application/json", 400),
        (b'{"amount": NaN, "name": "x"}', "application/json", 400),
        (b'{"amount": 1, "name": "x"}', "text/plain", 415),
        (b'{"amount": 1, "name": "x"}', "application/json; charset=utf-8", 200),
    ],
)
def test_what_cannot_be_read(
    client: TestClient, content: bytes, media_type: str, status: int
) -> None:
    answer = client.post("/form", content=content, headers={"content-type": media_type})

    assert answer.status_code == status


def test_a_body_is_counted_where_its_length_is_not_announced(client: TestClient) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(MAX_BODY_BYTES // 65536 + 2):
            yield b" " * 65536

    answer = client.post("/form", content=endless(), headers={"content-type": "application/json"})

    assert (answer.status_code, answer.json()["rule"]) == (413, "body.too_large")


def test_nothing_is_absent_or_an_empty_object(client: TestClient) -> None:
    assert client.post("/nothing").status_code == 200
    assert client.post("/nothing", json={}).status_code == 200
    assert client.post("/nothing", json={"a": 1}).status_code == 422


@pytest.mark.parametrize("address", ["/form/%00", "/form?q=%00"])
def test_an_address_with_nul_is_refused(client: TestClient, address: str) -> None:
    assert client.post(address, json={}).json()["rule"] == "request.address"
