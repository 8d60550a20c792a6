"""What a load balancer is told when the database or the calendar fails; nothing about where they are."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url
from starlette.testclient import TestClient

from api import app
from database.clock import FixedClock
from tests import conftest, databases
from tests.databases import Cluster, Database, SqliteFiles
from tests.people import Hall

POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgresql)


def missing(client: TestClient) -> list[dict[str, Any]]:
    """What this node says is missing, with the status that says it is."""
    answer = client.get("/readyz")
    assert answer.status_code == 503, answer.text
    found: list[dict[str, Any]] = answer.json()["missing"]
    return found


def test_a_calendar_that_ends_before_the_longest_time_limit(
    client: TestClient, clock: FixedClock
) -> None:
    clock.moment += timedelta(days=366 * 30)

    assert [one["what"] for one in missing(client)] == ["calendar"]


@pytest.mark.postgresql
def test_a_stand_by(tmp_path: Path) -> None:
    """After a change-over this node may be left with the server that only follows: it reads well."""
    with databases.cluster(tmp_path / "key") as cluster:
        cluster.keep_what_was_committed()
        chosen = conftest._settings(cluster.filled(conftest.demo_office), tmp_path / "data")
        with conftest._client(app.create_app(chosen)) as client:
            hall = Hall(client)
            hall.T101.get("/api/cases")
            cluster.crash()
            (cluster._folder / "data" / "standby.signal").touch()
            cluster.start_again()

            for _ in range(2):
                found = missing(client)
                assert [one["what"] for one in found] == ["database"]
            refused = hall.T101.accept(hall.example("enrollment_certificate", 3), status=503)

        assert "only be read" in found[0]["detail"]
        assert refused["rule"] == "database.read_only"
        with conftest._client(app.create_app(chosen)) as client:
            assert missing(client) == found


@pytest.mark.parametrize("server", [POSTGRESQL], indirect=True)
def test_a_database_that_is_gone(
    client: TestClient, database: Database, server: SqliteFiles | Cluster
) -> None:
    server.drop(database)

    found = missing(client)

    assert [one["what"] for one in found] == ["database"]
    assert str(make_url(database.url).username) not in str(found)
    assert client.get("/healthz").json() == {"status": "alive"}
