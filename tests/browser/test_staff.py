"""Staff at the browser: an account, a post, and a stand-in from its entry to its end."""

from playwright.sync_api import expect

from tests.desk import Desk
from tests.staff_commands import new_id_no


def test_an_account_and_its_post(desk: Desk) -> None:
    page = desk.sign_in("admin")
    desk.open(page, "/staff")
    desk.check(page, "staff-accounts")
    desk.ready(page)
    for field, value in (("staff_no", "T109"), ("name", "新人"), ("id_no", new_id_no())):
        page.fill(f"#f-{field}", value)
    expect(page.locator("#f-agency")).to_have_value("990100")
    page.fill("#f-agency", "990101")
    page.get_by_role("button", name="开立", exact=True).click()
    expect(page.locator("tr", has_text="T109")).to_contain_text("新人")

    supervisor = desk.sign_in("S101")
    desk.open(supervisor, "/staff")
    supervisor.fill("#f-staff_no", "T109")
    supervisor.select_option("#f-post", "finance")
    supervisor.fill("#f-basis", "任命〔2026〕8号")
    supervisor.get_by_role("button", name="任命", exact=True).click()
    expect(supervisor.get_by_role("alert")).to_contain_text("上级机构")
    expect(supervisor.locator("#f-basis")).to_have_value("任命〔2026〕8号")
    supervisor.select_option("#f-post", "teller")
    supervisor.get_by_role("button", name="任命", exact=True).click()
    expect(supervisor.locator("tr", has_text="T109")).to_contain_text("综合业务")
    desk.check(supervisor, "staff-posts")


def test_a_stand_in_from_its_entry_to_its_end(desk: Desk) -> None:
    page = desk.sign_in("S101")
    desk.open(page, "/stand-ins")
    page.fill("#f-absent", "R101")
    page.fill("#f-deputy", "T102")
    page.select_option("#f-post", "reviewer")
    page.fill("#f-reason", "年休假，审批单〔2026〕12号")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator("tr", has_text="T102")).to_contain_text("生效中")
    desk.check(page, "stand-ins")

    deputy = desk.sign_in("T102")
    desk.open(deputy, "/queue")
    expect(deputy.get_by_role("heading", level=1)).to_be_visible()
    desk.open(deputy, "/me")
    desk.check(deputy, "my-sessions")

    desk.open(page, "/staffing")
    desk.check(page, "staffing")
    desk.ready(page)
    desk.open(page, "/stand-ins")
    page.get_by_role("button", name="立即结束").click()
    expect(page.locator("tr", has_text="T102")).to_contain_text("已提前结束")
