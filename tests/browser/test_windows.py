"""Windows in the browser: opened, paused, gone on at and closed; registered and ended; the day's ledger."""

from playwright.sync_api import expect

from tests.desk import Desk
from tests.people import Hall


def test_a_teller_opens_pauses_and_closes_a_window(desk: Desk, hall: Hall) -> None:
    teller = desk.sign_in("T101", window=(1280, 800))
    desk.open(teller, "/windows")
    desk.check(teller, "windows")
    teller.get_by_role("button", name="开启1号窗口").click()
    row = teller.get_by_role("row", name="综合业务1号窗口")
    expect(row).to_contain_text("服务中")
    hall.T101.accept(hall.example("enrollment_certificate", 3))
    hall.T102.accept(hall.example("person_info_change_general", 3))
    row.locator("summary").press("Enter")
    row.locator("[name=reason]").fill("设备检修")
    row.get_by_role("button", name="暂停服务").press("Enter")
    expect(row).to_contain_text("设备检修")
    desk.check(teller, "windows-paused")

    keeper = desk.sign_in("S101", window=(1280, 800))
    desk.open(keeper, "/board")
    keeper.locator("section:has(#windows-t) summary").press("Enter")
    expect(keeper.locator("#windows-t")).to_contain_text("暂停服务中")
    expect(keeper.locator("#windows-t")).to_contain_text("未登记窗口")
    desk.check(keeper, "board-windows")
    desk.open(keeper, "/windows/ledger")
    expect(keeper.get_by_role("row", name="综合业务1号窗口")).to_contain_text("T101")
    desk.check(keeper, "windows-ledger")

    row.get_by_role("button", name="恢复服务").click()
    expect(row).not_to_contain_text("暂停服务中")
    row.get_by_role("button", name="关闭1号窗口").click()
    expect(row).to_contain_text("未开窗")


def test_the_register_is_kept_at_the_desk(desk: Desk) -> None:
    keeper = desk.sign_in("S101", window=(1280, 800))
    desk.open(keeper, "/windows")
    keeper.fill("#f-number", "5")
    keeper.fill("#f-name", "待遇专窗")
    keeper.locator("#f-purpose").select_option("accessible")
    keeper.get_by_role("button", name="登记该窗口").click()
    row = keeper.get_by_role("row", name="待遇专窗")
    expect(row).to_contain_text("无障碍")
    desk.check(keeper, "windows-kept")
    row.locator("summary").press("Enter")
    row.locator("[name=reason]").fill("撤并")
    row.get_by_role("button", name="撤销窗口").press("Enter")
    expect(row).to_have_count(0)
    keeper.get_by_text("已撤销的窗口").press("Enter")
    expect(keeper.get_by_text("待遇专窗")).to_be_visible()
