"""``tongban new-process``: a folder that runs at once at level 1, without touching anything else."""

from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api import app, cli
from api.settings import Settings
from database.clock import FixedClock
from tests.people import Hall

SHIPPED = Path(__file__).parents[2] / "processes"


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(p): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.suffix != ".pyc" and p.is_file()
    }


def test_a_new_process_runs_at_level_1(
    settings: Settings, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    extra = tmp_path / "further"
    extra.mkdir()
    before = files(SHIPPED)
    monkeypatch.setenv("TONGBAN_PROCESSES", str(extra))

    assert cli.main(["new-process", "hardship_grant"]) == 0
    assert cli.main(["new-process", "hardship_grant"]) == 2
    assert cli.main(["new-process", "retirement_approval"]) == 2

    assert files(SHIPPED) == before
    with TestClient(
        app.create_app(replace(settings, processes=extra), clock),
        base_url="http://127.0.0.1:8000",
        client=("127.0.0.1", 50_000),
    ) as client:
        hall = Hall(client)
        case = hall.T101.accept(hall.example("hardship_grant", 1, "county"))
        assert case["risk_reasons"][0]["rule"] == "risk.unlisted"
        for signer in ("R101", "D101", "Z101"):
            case = getattr(hall, signer).sign(case["case_no"])
        assert case["status"] == "completed"
        assert hall.A101.findings(case["case_no"]) == []
