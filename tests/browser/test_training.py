"""Training at the browser: an entry and its striking out, a declaration, and what a teller is told."""

from playwright.sync_api import expect

from tests.desk import Desk
from tests.staff_commands import new_id_no


def test_an_entry_a_declaration_and_a_refusal(desk: Desk) -> None:
    page = desk.sign_in("S101")
    desk.open(page, "/training")
    desk.check(page, "training")
    desk.ready(page)
    page.fill("#f-staff_no", "T103")
    page.select_option("#f-subject", "courtesy")
    page.fill("#f-hours", "8")
    page.fill("#f-basis", "培训班〔2026〕3号")
    page.get_by_role("button", name="登记培训", exact=True).click()
    entered = page.locator("tr", has_text="培训班〔2026〕3号")
    expect(entered).to_contain_text("8学时")

    for row in ("培训班〔2026〕3号", "岗前培训"):
        struck = (
            page.locator("tr", has_text="T103").filter(has_text=row).filter(has_text="文明服务")
        )
        struck.locator("summary").first.click()
        struck.get_by_label("作废原因").first.fill("登记有误")
        struck.get_by_role("button", name="作废", exact=True).first.click()
        expect(struck.first).to_contain_text("已作废")
    expect(page.locator("#out-h").locator("xpath=../..")).to_contain_text("T103")

    teller = desk.sign_in("T103")
    desk.open(teller, "/me/training")
    desk.check(teller, "my-training")
    desk.ready(teller)
    teller.fill("#f-id_no", new_id_no())
    teller.fill("#f-name", "李桂兰")
    teller.select_option("#f-relation", "parent")
    teller.get_by_role("button", name="申报", exact=True).click()
    expect(teller.locator("tr", has_text="李**")).to_contain_text("生效中")
    teller.goto("/desk")
    expect(teller.locator("main")).to_contain_text("您还缺少：文明服务 (courteous service)")
    desk.open(page, "/training")
    expect(page.locator("tr", has_text="李**")).to_contain_text("父母")
    desk.check(page, "training-with-relatives")
