"""Readiness says everything that is missing, and what to do."""

import secrets
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from api.running import health, stopping
from api.settings import Settings
from database import connection, keys
from database.keys import Keyring
from tests.databases import Database


def missing(client: TestClient) -> dict[str, str]:
    """What keeps it from serving, with what to do."""
    answer = client.get("/readyz")
    found = {one["what"]: one["detail"] for one in answer.json()["missing"]}
    assert answer.status_code == (503 if found else 200)
    assert answer.json()["status"] == ("not ready" if found else "ready")
    return found


@pytest.fixture
def on_owner(database: Database) -> Iterator[Callable[[str], None]]:
    """Does something to the database as its owner."""
    engine = connection.connect(database.owner_url)

    def run(statement: str) -> None:
        with engine.begin() as opened:
            opened.execute(text(statement))

    yield run
    engine.dispose()


def test_nothing_is_missing(client: TestClient) -> None:
    assert missing(client) == {}


def test_a_schema_of_another_version(client: TestClient, on_owner: Callable[[str], None]) -> None:
    on_owner("UPDATE alembic_version SET version_num = '0000'")

    assert "tongban migrate" in missing(client)["schema"]


def test_a_key_of_another_office(client: TestClient) -> None:
    keys.install(Keyring(secrets.token_bytes(32)))

    assert "TONGBAN_KEY_FILE" in missing(client)["keys"]


def test_a_data_folder_that_is_gone(client: TestClient, settings: Settings) -> None:
    settings.data_dir.rename(settings.data_dir.with_name("elsewhere"))

    found = missing(client)

    assert "TONGBAN_DATA_DIR" in found["disk"]
    assert str(settings.data_dir) not in found["disk"]


def test_a_full_disk(
    client: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", 2**62)

    answer = client.get("/readyz")

    details = [one["detail"] for one in answer.json()["missing"]]
    # The folder of a SQLite database fills up too.
    assert len(details) == (2 if database.kind == "sqlite" else 1)
    assert all("make room" in detail for detail in details)


def test_a_node_that_stops(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopping, "is_under_way", lambda: True)

    assert set(missing(client)) == {"stopping"}
