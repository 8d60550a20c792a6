"""A process that waits for the outside before it is handled: the message lets it go on."""

from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api import app
from api.settings import Settings
from database.clock import FixedClock
from tests import awaited_letter
from tests.people import Hall


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one process: the skeleton, with a message to wait for drawn in."""
    return awaited_letter.write(tmp_path / "further")


def test_a_case_waits_for_its_message(settings: Settings, clock: FixedClock, folder: Path) -> None:
    with TestClient(
        app.create_app(replace(settings, processes=folder), clock),
        base_url="http://127.0.0.1:8000",
        client=("127.0.0.1", 50_000),
    ) as client:
        hall = Hall(client)
        case = hall.T101.accept(hall.example("awaited_transfer", 1, "county"))
        number = case["case_no"]
        assert (case["status"], case["waiting"]) == ("in_progress", [])

        refused = hall.T101.post(f"/api/cases/{number}/messages/money", status=409)
        assert (refused["rule"], refused["awaited"]) == ("message.not_awaited", ["letter"])
        hall.A101.post(f"/api/cases/{number}/messages/letter", status=403)
        case = hall.T101.post(f"/api/cases/{number}/messages/letter")

        assert [w["step"] for w in case["waiting"]] == ["handle"]
        for signer in ("B101", "R101", "D101", "Z101"):
            case = getattr(hall, signer).sign(number)
        assert case["status"] == "completed"
        assert hall.A101.findings(number) == []
