"""What ``/metrics`` tells whoever watches over the office, and whom it tells nothing."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text
from starlette.testclient import TestClient

from api import app, settings, shipped
from api.application import Application
from api.composition import Opened
from api.monitoring import metrics
from database import connection
from database.clock import FixedClock
from engine.defining.definitions import Catalogue
from engine.office import Office
from engine.rules import risk
from tests.databases import Database
from tests.edge import small_office
from tests.people import Hall

COUNTY = "990101"
ID_NO = "11010519491231002X"


def told(client: TestClient) -> dict[str, dict[tuple[str, ...], int]]:
    """What is told: by name, then by the values of its labels in the order of their names."""
    answer = client.get("/metrics")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=1.0.0")
    found: dict[str, dict[tuple[str, ...], int]] = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            labels = tuple(value for _, value in sorted(sample.labels.items()))
            found.setdefault(sample.name, {})[labels] = int(sample.value)
    return found


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """An application over a small office."""
    folder = tmp_path_factory.mktemp("office")
    office = small_office(f"sqlite:///{folder / 'small.db'}")
    yield app.around(
        Opened(Office(Catalogue([], None), risk.load(shipped.risk_levels()), folder), office)
    )
    office.engine.dispose()


def test_requests_are_counted_by_template(hall: Hall) -> None:
    before = told(hall.client)

    for number in ("1", "2"):
        hall.T101.case(number, 404)
    hall.client.get(f"/{ID_NO}")
    hall.client.get(f"/api/nowhere/{ID_NO}")
    hall.client.request("BREW", "/healthz")

    after = told(hall.client)
    counts = after["tongban_requests_total"]
    for labels, added in (
        (("GET", "/api/cases/{case_no}", "404"), 2),
        (("GET", "none", "404"), 2),
        (("other", "/healthz", "405"), 1),
        (("POST", "/api/session", "201"), 1),
    ):
        assert counts[labels] - before["tongban_requests_total"].get(labels, 0) == added, labels
    # By rule: two cases, two addresses and a method that are not there.
    rules, refused_before = (
        after["tongban_refusals_total"],
        before.get("tongban_refusals_total", {}),
    )
    for rule, added in (("case.not_found", 2), ("route.not_found", 2), ("route.method", 1)):
        assert rules[(rule,)] - refused_before.get((rule,), 0) == added, rule
    assert ("GET", "/metrics") in after["tongban_request_seconds_count"]
    assert after["tongban_requests_in_progress"] == {(): 1}
    assert ID_NO not in hall.client.get("/metrics").text


def test_cases_and_queues(
    hall: Hall, clock: FixedClock, start_office: Callable[[], TestClient]
) -> None:
    """Of two cases one is completed; the other waits, in time and then overdue."""
    hall.T101.accept(hall.example("enrollment_certificate", 3))
    opened = hall.T101.accept(hall.example("account_adjustment", 1, "county"))
    waits_for = (COUNTY, opened["waiting"][0]["post"])

    # An application reads its database once in some seconds: another one reads it anew.
    first = told(start_office())

    assert first["tongban_cases"] == {
        ("awaiting_materials",): 0,
        ("in_progress",): 1,
        ("returned",): 0,
        ("completed",): 1,
        ("refused",): 0,
        ("withdrawn",): 0,
    }
    assert first["tongban_queue_tasks"] == {waits_for: 1}
    assert first["tongban_queue_overdue_tasks"] == {waits_for: 0}
    assert first["tongban_queue_oldest_seconds"][waits_for] < 60

    clock.moment += timedelta(days=90)
    later = told(start_office())

    assert later["tongban_queue_overdue_tasks"] == {waits_for: 1}
    assert 90 * 86400 <= later["tongban_queue_oldest_seconds"][waits_for] < 91 * 86400
    assert later["tongban_office_readable"] == {("open",): 1, ("ended",): 1}
    assert later["tongban_pool_connections"][("limit",)] == 48
    assert later["process_resident_memory_bytes"][()] > 0


def test_asking_often_does_not_ask_the_database_often(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "KEPT_SECONDS", 3600)
    before = told(hall.client)

    hall.T101.accept(hall.example("enrollment_certificate", 3))

    assert told(hall.client)["tongban_cases"] == before["tongban_cases"]


def test_where_the_database_cannot_be_read_the_rest_is_told(
    client: TestClient, database: Database
) -> None:
    owner = connection.connect(database.owner_url)
    with owner.begin() as opened:
        opened.execute(text("ALTER TABLE tasks RENAME TO elsewhere"))
    owner.dispose()

    found = told(client)

    assert found["tongban_office_readable"] == {("open",): 0, ("ended",): 1}
    assert set(found["tongban_cases"]) == {("completed",), ("refused",), ("withdrawn",)}
    assert "tongban_queue_tasks" not in found
    assert found["tongban_build_info"]


@pytest.mark.parametrize(
    ("allowed", "peer", "header", "status"),
    [
        (None, "127.0.0.1", None, 200),
        (None, "127.8.8.8", None, 200),
        (None, "::1", None, 200),
        (None, "::ffff:127.0.0.1", None, 200),
        (None, "10.1.2.3", None, 403),
        (None, "no-address", None, 403),
        (None, "127.0.0.1", "X-Forwarded-For", 403),
        (None, "127.0.0.1", "Via", 403),
        ("10.1.2.0/24, ::1", "10.1.2.3", None, 200),
        ("10.1.2.0/24, ::1", "10.1.3.3", None, 403),
        ("10.1.2.0/24, ::1", "127.0.0.1", None, 403),
    ],
)
def test_who_may_read(  # no database of its own for each: nothing here is about one
    application: Application, allowed: str | None, peer: str, header: str | None, status: int
) -> None:
    told_to = {} if allowed is None else {"TONGBAN_METRICS_FROM": allowed}
    application.state.metrics_from = settings.read(told_to).metrics_from
    client = TestClient(application, client=(peer, 50_000))

    answer = client.get("/metrics", headers={} if header is None else {header: "127.0.0.1"})

    assert answer.status_code == status
    assert status == 200 or answer.json()["rule"] == "metrics.peer"
