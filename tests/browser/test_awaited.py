"""What comes from outside is entered from the page of its case, by the message's own fields."""

import re

from playwright.sync_api import expect

from tests.browser.test_queue import accept
from tests.desk import Desk


def test_a_teller_enters_what_came(desk: Desk) -> None:
    page = desk.sign_in("T101")
    case_no = accept(page, "transfer_in_interprovince", 1)
    desk.open(page, f"/cases/{case_no}")
    awaited = page.locator("section", has=page.get_by_role("heading", name="等待外部"))
    expect(awaited).to_contain_text("联系函")
    desk.check(page, "case-awaits")
    awaited.get_by_role("link", name="已收到").click()
    desk.ready(page)
    page.fill("[id='f-form.letter_no']", "转入联〔2026〕5号")
    page.get_by_role("button", name="已收到").click()
    expect(page.locator("[data-refused] .errors a")).to_have_count(1)
    desk.check(page, "awaited-letter")

    page.fill("[id='f-form.letter_no']", "转入联〔2026〕5号")
    page.fill("[id='f-form.sent_on']", "2026-11-03")
    page.check("[id='f-materials.contact_letter']")
    page.get_by_role("button", name="已收到").click()
    expect(page).to_have_url(re.compile(f"/cases/{case_no}$"))
    expect(page.get_by_text("转入联〔2026〕5号")).to_be_visible()
    expect(page.get_by_role("link", name="已收到")).to_have_count(2)

    page.goto(f"/cases/{case_no}/awaited/info_table")
    desk.ready(page)
    desk.check(page, "awaited-table")
    desk.ready(page)
    cells = {"from_month": "2008-01", "to_month": "2008-12", "base_cents": "4000"}
    for name, said in cells.items():
        page.fill(f"[id='f-form.segments.0.{name}']", said)
    whole = {"table_no": "信88", "issued_on": "2026-11-02", "principal_cents": "3840"}
    for name, said in {**whole, "interest_cents": "120"}.items():
        page.fill(f"[id='f-form.{name}']", said)
    page.get_by_role("button", name="已收到").click()
    expect(page).to_have_url(re.compile(f"/cases/{case_no}$"))
    expect(page.get_by_text("信88").first).to_be_visible()


def test_publicity_is_shown_with_its_last_day(desk: Desk) -> None:
    page = desk.sign_in("T101")
    case_no = accept(page, "early_retirement_approval", 1)
    desk.open(page, f"/cases/{case_no}")

    awaited = page.locator("section", has=page.get_by_role("heading", name="等待外部"))

    expect(awaited).to_contain_text("公示期")
    expect(awaited).to_contain_text(re.compile(r"截至\s*20\d\d-\d\d-\d\d"))
    desk.check(page, "case-publicity")
