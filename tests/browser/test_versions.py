"""两个版本比对: what differs between the deployed version of a process and an earlier one that is kept."""

import dataclasses
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from api import app, composition
from api.application import Application
from api.settings import Settings
from database.clock import FixedClock
from tests.desk import Desk

PROCESSES = Path(__file__).parents[2] / "processes"
CODE = "further_adjustment"


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """The office also runs a process of its own."""
    folder = tmp_path / "further" / CODE
    shutil.copytree(
        PROCESSES / "account_adjustment", folder, ignore=shutil.ignore_patterns("__pycache__")
    )
    _alter(folder / "process.bpmn", "account_adjustment", CODE)
    return dataclasses.replace(settings, processes=folder.parent)


@pytest.fixture
def application(settings: Settings, clock: FixedClock) -> Application:
    """The office ran once before guide and diagram of that process were altered."""
    composition.open_office(settings, clock).sessions.engine.dispose()
    folder = (settings.processes or Path()) / CODE
    _alter(folder / "process.bpmn", 'decision == "refuse"', 'decision == "escalate"')
    _alter(folder / "guide.yaml", "years: 100", "years: 50")
    return app.create_app(settings, clock)


def _alter(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")


def test_an_earlier_version_is_compared_with_the_deployed_one(desk: Desk) -> None:
    page = desk.sign_in("A101")
    desk.open(page, f"/processes/{CODE}")
    versions = page.get_by_role("region", name="本处留存的以前版本")
    expect(versions).to_contain_text("已证明")
    versions.get_by_role("link").click()

    both = page.get_by_role("region", name="版本及证明结论")
    expect(both.get_by_text("已证明", exact=True)).to_be_visible()
    expect(both.get_by_text("未通过证明", exact=True)).to_be_visible()
    expect(page.locator(".diagram[data-drawn]")).to_have_count(2)
    expect(page.locator(".diagram .differs[data-element-id='decided_to_refused']")).to_have_count(2)
    elements = page.get_by_role("region", name="流程图要素")
    expect(elements.get_by_role("row")).to_have_count(2)
    expect(elements).to_contain_text("decision == escalate")
    guide = page.get_by_role("region", name="办事指南")
    expect(guide.get_by_role("row")).to_have_count(2)
    expect(guide).to_contain_text("retention")
    files = page.get_by_role("region", name="文件（按 SHA-256 摘要）")
    expect(files.get_by_role("row")).to_have_count(3)
    desk.check(page, "versions")
    expect(page.locator(".diagram[data-drawn]")).to_have_count(2)
    desk.photograph(page, "versions-whole", whole=True)

    answer = page.goto(f"/processes/{CODE}/versions/{'0' * 64}")
    assert answer is not None
    assert answer.status == 404
