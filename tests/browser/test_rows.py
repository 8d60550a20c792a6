"""A short list in a form: rows added, taken out and corrected by keyboard, errors by row and field."""

import re

from playwright.sync_api import expect

from tests.desk import Desk
from tests.teller import Client, at_the_form, fill

PENG_FEI = Client("610099198407168115", "彭飞")
HEAD = {"paid_as": "EMPLOYEE", "ledger_source": "handbook"}


def cell(row: int, name: str) -> str:
    return f"[name='form.periods.{row}.{name}']"


def test_rows_are_filled_in_by_keyboard(desk: Desk) -> None:
    page = at_the_form(desk, desk.sign_in("T101"), PENG_FEI, "history_backfill")
    fill(page, {f"form.{name}": code for name, code in HEAD.items()})
    page.focus(cell(0, "from_month"))
    for text in ("2006-01", "2006-12", "1200", "缴费手册第3页"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.get_by_role("button", name="增加一行").focus()
    page.keyboard.press("Enter")
    expect(page.locator(cell(1, "from_month"))).to_be_focused()
    for text in ("200707", "2007-01", "1500,555", "缴费手册第9页"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")

    wrong = page.locator("tr", has=page.locator(cell(1, "base_cents")))
    expect(page.locator(cell(1, "base_cents"))).not_to_have_attribute("aria-invalid", "true")
    page.fill(cell(1, "base_cents"), "一千五")
    page.keyboard.press("Tab")
    expect(page.locator(cell(1, "base_cents"))).to_have_attribute("aria-invalid", "true")
    expect(wrong.locator(".err")).to_contain_text("元")
    assert desk.barriers(page) == []
    page.fill(cell(1, "base_cents"), "1500")
    page.keyboard.press("F9")
    expect(page.locator("#alerts [data-refused]")).to_contain_text("截止年月早于起始年月")
    expect(wrong.locator(".err")).to_contain_text("截止年月早于起始年月")
    desk.photograph(page, "rows")

    wrong.get_by_role("button", name="删除 第2行").focus()
    page.keyboard.press("Enter")
    expect(page.locator(cell(1, "from_month"))).to_have_count(0)
    for box in page.locator("[data-required] input[type=checkbox]").all():
        box.check()
    page.keyboard.press("F9")
    page.wait_for_url("**/check")
    desk.ready(page)
    expect(page.locator("#f-form")).to_contain_text("缴费手册第3页")
    page.keyboard.press("F9")
    page.wait_for_url("**/desk/done/*")
    page.locator("footer a.push[href^='/cases/']").click()
    expect(page.locator("main")).to_contain_text("起始年月 2006-01")


def test_the_first_row_taken_out_moves_the_others_up(desk: Desk) -> None:
    page = at_the_form(desk, desk.sign_in("T101"), PENG_FEI, "history_backfill")
    page.fill(cell(0, "evidence"), "一")
    page.get_by_role("button", name="增加一行").click()
    page.fill(cell(1, "evidence"), "二")
    page.get_by_role("button", name="删除 第1行").click()

    expect(page.locator(cell(0, "evidence"))).to_have_value("二")
    expect(page.locator(cell(1, "evidence"))).to_have_count(0)
    page.get_by_role("button", name="删除 第1行").click()
    expect(page.locator(cell(0, "evidence"))).to_have_value("")
    expect(page).to_have_url(re.compile("/desk/drafts/"))


def test_a_list_is_filled_in_without_script(desk: Desk) -> None:
    page = desk.visitor(script=False)
    page.goto("/sign-in")
    page.fill("#f-staff_no", "T101")
    page.fill("#f-password", "tongban-demo")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")
    page.goto("/desk/new/history_backfill")
    page.fill("[name='applicant.id_no']", PENG_FEI.id_no)
    page.fill("[name='applicant.name']", PENG_FEI.name)
    fill(page, {f"form.{name}": code for name, code in HEAD.items()})
    said = {"from_month": "2006-01", "to_month": "2006-12", "base_cents": "1200", "evidence": "甲"}
    fill(page, {f"form.periods.0.{name}": text for name, text in said.items()})
    page.locator("#work .actbar .btn-primary").click()

    page.wait_for_url("**/check")
    expect(page.locator("#f-form")).to_contain_text("2006-01")
    page.locator(".actbar a[href*='/desk/drafts/']").first.click()
    expect(page.locator(cell(0, "evidence"))).to_have_value("甲")
    expect(page.locator(cell(1, "evidence"))).to_have_value("")
