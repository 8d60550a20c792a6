"""The list of cases, a page at a time: conditions and place stay in the address."""

import re

from playwright.sync_api import expect

from engine.queueing.queues import PAGE
from tests.browser.test_queue import accept
from tests.desk import Desk


def test_a_long_list_is_read_page_by_page(desk: Desk) -> None:
    teller = desk.sign_in("T101")
    oldest = accept(teller, "enrollment_certificate", 3)
    for _ in range(PAGE):
        accept(teller, "enrollment_certificate", 3)
    waiting = accept(teller, "retirement_approval", 1)
    page = desk.sign_in("A101")
    desk.open(page, "/cases")
    expect(page.locator("[data-open]")).to_have_count(PAGE)
    expect(page.locator("[data-open]").first).to_have_text(waiting)

    page.get_by_label("状态").select_option("completed")
    page.get_by_role("button", name="查找").click()
    expect(page.locator("[data-open]")).to_have_count(PAGE)
    desk.photograph(page, "cases-page", whole=True)
    page.get_by_role("link", name="下一页").click()
    expect(page.locator("[data-open]")).to_have_text([oldest])
    expect(page).to_have_url(re.compile("status=completed.*cursor="))
    expect(page.get_by_label("状态")).to_have_value("completed")
    desk.check(page, "cases-last-page")
    page.get_by_role("link", name="首页").click()
    expect(page.locator("[data-open]")).to_have_count(PAGE)
