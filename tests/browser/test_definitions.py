"""A process changed at the browser: what is installed is seen beside what is in force, and applied for."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from api import app, shipped
from api.application import Application
from api.settings import Settings
from database.clock import FixedClock
from tests import changed_definitions
from tests.changed_definitions import CHANGED
from tests.databases import Database
from tests.desk import Desk


@pytest.fixture
def application(
    settings: Settings,
    clock: FixedClock,
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Application:
    """An agency's own office whose installation brings what nobody registered, a redrawn process too."""
    changed_definitions.become_an_agency(database)
    folder = changed_definitions.release(tmp_path)
    drawn = folder / CHANGED / "process.bpmn"
    changed_definitions.alter(drawn, 'name="登记生效"', 'name="记账生效"')
    monkeypatch.setattr(shipped, "process_folder", lambda: folder)
    return app.create_app(settings, clock)


def test_a_process_from_its_folder_to_its_application(desk: Desk) -> None:
    page = desk.sign_in("S000", window=(1600, 1000))
    desk.open(page, f"/processes/{CHANGED}")
    expect(page.locator("main")).to_contain_text("未予使用")
    expect(page.get_by_role("region", name="登记的版本")).to_contain_text("首个版本")
    desk.check(page, "definition-registered")
    desk.open(page, "/rules")
    desk.check(page, "definitions")
    page.get_by_role("button", name=f"查看安装的文本 {CHANGED}").click()
    page.wait_for_url("**/rules/texts/*")
    expect(page.get_by_role("region", name="证明结论与签批路径").first).to_contain_text("已证明")
    expect(page.get_by_role("region", name=f"{CHANGED}/posting.py").first).to_contain_text(
        "R {form"
    )
    expect(page.locator(".diagram[data-drawn]")).to_have_count(2)
    desk.check(page, "definition-proposed")
    page.fill("#f-basis", "省局便函〔2026〕7号")
    page.get_by_role("button", name="申请并签字").click()
    page.wait_for_url("**/cases/*")
    case_no = page.url.rpartition("/")[2]

    control = desk.sign_in("C000", window=(1280, 800))
    desk.open(control, f"/cases/{case_no}")
    expect(control.locator("main")).to_contain_text("证明结论与签批路径")
    desk.check(control, "definition-case")
