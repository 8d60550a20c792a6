"""Whoever has an answer has the commit: it happens before, and if it fails there is no success.

With a ``yield`` dependency of the default scope FastAPI answers first; with scope="function" it holds
SQLite's write lock without a thread. Both were measured, so both are pinned here.
"""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import APIRouter
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, func, insert, select
from starlette.responses import Response
from starlette.testclient import TestClient

from api.dependencies import Commanding
from database.connection import Sessions
from tests import edge
from tests.databases import Database

METADATA = MetaData()
PARENT = Table("parents", METADATA, Column("id", Integer, primary_key=True))
CHILD = Table(
    "children",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("parent", Integer, ForeignKey("parents.id", deferrable=True, initially="DEFERRED")),
)


@pytest.fixture
def office(empty_database: Database) -> Iterator[Sessions]:
    opened = edge.small_office(empty_database.owner_url)
    METADATA.create_all(opened.engine)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def client(office: Sessions, tmp_path: Path) -> Iterator[TestClient]:
    router = APIRouter()

    @router.post("/orphan", status_code=201)
    def orphan(caller: Commanding) -> Response:
        """Writes what the database only refuses at the commit."""
        with caller.command() as command:
            command.session.execute(insert(CHILD), {"parent": 4711})
            return command.answer({}, 201)

    @router.post("/parent", status_code=201)
    def parent(caller: Commanding) -> Response:
        with caller.command() as command:
            command.session.execute(insert(PARENT))
            return command.answer({}, 201)

    with edge.client_of(office, router, tmp_path) as client:
        yield client


def rows(office: Sessions, table: Table) -> int:
    with office.reading() as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()


def test_what_was_answered_is_committed(client: TestClient, office: Sessions) -> None:
    headers = {**edge.sign_in(client), "Idempotency-Key": "k1"}

    assert client.post("/parent", headers=headers).status_code == 201

    assert rows(office, PARENT) == 1


def test_a_failed_commit_is_no_success(client: TestClient, office: Sessions) -> None:
    headers = {**edge.sign_in(client), "Idempotency-Key": "k1"}

    answer = client.post("/orphan", headers=headers)

    assert answer.status_code == 500
    assert answer.json()["rule"] == "defect"
    assert rows(office, CHILD) == 0


def test_more_commands_at_once_than_threads_all_get_through(
    client: TestClient, office: Sessions
) -> None:
    """Each holds the write lock only while it has a thread to let go of it with."""
    headers = edge.sign_in(client)
    statuses: list[int] = []

    def send(number: int) -> None:
        sent = {**headers, "Idempotency-Key": f"k{number}"}
        statuses.append(client.post("/parent", headers=sent).status_code)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(80)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [201] * 80
    assert rows(office, PARENT) == 80
