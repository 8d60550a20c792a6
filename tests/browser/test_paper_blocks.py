"""Numbered paper in the browser: reserved, entered at the counter with its scan, the rest declared void."""

from datetime import timedelta
from pathlib import Path

from playwright.sync_api import expect

from tests.desk import Desk
from tests.teller import Client, checked

MA_CHAO = Client("610099199801075317", "马超")
GENERAL, MOBILE = "person_info_change_general", {"form.mobile": "13912345678"}


def test_paper_from_its_block_to_its_case(desk: Desk, tmp_path: Path) -> None:
    supervisor = desk.sign_in("S101", window=(1280, 800))
    desk.open(supervisor, "/papers")
    supervisor.fill("#f-window", "3号窗口")
    supervisor.fill("#f-count", "2")
    supervisor.get_by_role("button", name="预留", exact=True).click()
    supervisor.wait_for_url("**/papers/1")
    number = supervisor.locator("tbody th").first.inner_text()
    desk.clock.moment += timedelta(minutes=30)

    page = checked(desk, desk.sign_in("T101"), MA_CHAO, GENERAL, MOBILE)
    page.get_by_text("纸质单据补录").click()
    page.locator("[id='f-late_entry.paper_no']").fill(number)
    page.locator("[id='f-received_at']").fill("2026-11-02T10:20")
    page.locator("[id='f-late_entry.code']").select_option("outage")
    page.locator("[id='f-late_entry.reason']").fill("全楼停电")
    page.keyboard.press("F9")
    expect(page.get_by_role("alert")).to_contain_text("扫描件")
    scan = tmp_path / "paper.pdf"
    scan.write_bytes(b"%PDF-1.7 paper")
    page.set_input_files("[id='f-late_entry.images']", scan)
    expect(page.locator("[data-late-images] a")).to_have_text("paper.pdf")
    desk.photograph(page, "late-entry", whole=True)
    assert desk.barriers(page) == []
    page.keyboard.press("F9")
    page.wait_for_url("**/desk/done/*")

    desk.open(supervisor, "/papers/1")
    expect(supervisor.get_by_role("row", name=number)).to_contain_text("已补录")
    supervisor.locator("[name=reason]").fill("污损")
    supervisor.get_by_role("button", name="作废").click()
    expect(supervisor.get_by_text("污损")).to_be_visible()
    desk.check(supervisor, "paper-block")
    desk.open(supervisor, "/papers")
    desk.check(supervisor, "papers")
