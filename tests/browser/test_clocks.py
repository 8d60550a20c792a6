"""Time limits at the browser: a clock stopped and let go on, a case given longer, what is due first."""

from playwright.sync_api import expect

from tests.desk import Desk
from tests.people import PASSWORD, Hall


def test_a_clock_is_stopped_goes_on_and_the_case_is_given_longer(desk: Desk, hall: Hall) -> None:
    number = hall.T101.accept(hall.example("account_adjustment", 1, "county"))["case_no"]
    deputy = desk.sign_in("D101")
    desk.open(deputy, f"/cases/{number}")
    clocks = deputy.locator("#clocks")
    expect(clocks).to_contain_text("自2026-11-02次日起10个工作日")
    clocks.get_by_text("停止计时").first.click()
    deputy.fill("#f-basis", "鉴定委托书〔2026〕3号")
    deputy.fill("#f-stop-password", PASSWORD)
    clocks.get_by_role("button", name="停止计时").click()
    expect(clocks).to_contain_text("鉴定委托书〔2026〕3号")
    expect(deputy.locator("#clock-orders")).to_contain_text("已签 D101")
    desk.check(deputy, "clock-stopped")
    clocks.get_by_role("button", name="恢复计时").click()
    expect(clocks.get_by_role("button", name="恢复计时")).to_have_count(0)

    director = desk.sign_in("Z101")
    desk.open(director, f"/cases/{number}")
    clocks = director.locator("#clocks")
    clocks.get_by_text("延长办理期限").first.click()
    director.fill("#f-days", "5")
    director.fill("#f-longer-password", PASSWORD)
    clocks.get_by_role("button", name="延长办理期限").click()
    expect(clocks).to_contain_text("含延长5日")
    expect(clocks.get_by_role("link", name="延长办理期限告知书")).to_be_visible()

    supervisor = desk.sign_in("S101")
    desk.open(supervisor, "/clocks")
    expect(supervisor.locator("tr", has_text=number)).to_contain_text("承诺时限")
    desk.check(supervisor, "clocks")
