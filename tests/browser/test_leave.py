"""Leave at the browser: entered, confirmed, in the calendar; a left desk; whom the city names."""

from playwright.sync_api import expect

from tests.desk import Desk


def test_a_leave_from_its_entry_to_the_calendar(desk: Desk) -> None:
    reviewer = desk.sign_in("R101")
    desk.open(reviewer, "/leave")
    reviewer.select_option("#f-kind", "sick")
    reviewer.fill("#f-permitted_by", "主任批准，请假单〔2026〕7号")
    reviewer.get_by_role("button", name="提交请假").click()
    expect(reviewer.locator("tr", has_text="主任批准")).to_contain_text("待确认")
    reviewer.fill("#f-contact", "陈明 0000-7000101")
    reviewer.get_by_role("button", name="暂离", exact=True).click()
    expect(reviewer.get_by_role("button", name="已返岗")).to_be_visible()
    reviewer.get_by_role("button", name="已返岗").click()

    supervisor = desk.sign_in("S101", window=(1280, 800))
    desk.open(supervisor, "/leave")
    supervisor.get_by_role("button", name="确认").click()
    expect(supervisor.locator("tr", has_text="主任批准")).to_contain_text("生效中")
    desk.check(supervisor, "leave")


def test_the_city_names_a_signer(desk: Desk) -> None:
    page = desk.sign_in("H001", language="en", window=(1280, 800))
    desk.open(page, "/leave")
    page.fill("#f-signer", "P001")
    page.select_option("#f-county", "990101")
    page.select_option("#f-post", "director")
    page.fill("#f-basis", "市处指派书〔2026〕2号")
    page.get_by_role("button", name="Name the signer").click()
    expect(page.locator("tr", has_text="市处指派书")).to_contain_text("in force")
    desk.check(page, "leave-named")
