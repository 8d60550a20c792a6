"""A grant at the browser: applied for, reviewed, approved, used for the first time, and revoked."""

import re

from playwright.sync_api import expect

from tests.browser.test_level_one import open_next, sign
from tests.desk import Desk
from tests.people import PASSWORD


def revoke(desk: Desk, reason: str) -> None:
    """Revoke the newest entry that is in force, by its own form."""
    page = desk.sign_in("S101")
    desk.open(page, "/grants")
    row = page.locator("section", has_text="登记簿").locator("tr", has_text="生效中").first
    row.locator("summary").click()
    row.locator("input[name=reason]").fill(reason)
    row.get_by_role("button", name="确认撤销").click()
    expect(page.locator("tr", has_text=reason)).to_contain_text("已撤销")


def test_a_grant_from_its_application_to_its_revocation(desk: Desk) -> None:
    revoke(desk, "季度调整")
    page = desk.sign_in("S101", window=(1600, 1000))
    desk.open(page, "/grants")
    page.select_option("#f-post", "")
    page.fill("#f-staff_no", "T102")
    page.select_option("#f-process", "account_adjustment")
    page.fill("#f-limit_yuan", "500.50")
    page.fill("#f-basis", "授权书〔2026〕9号")
    page.get_by_role("button", name="申请", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("理由")
    page.fill("#f-reason", "借调期间")
    page.fill("#f-limit_yuan", "五百")
    page.get_by_role("button", name="申请", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text(
        "金额上限（元） · 请填金额（元），最多两位小数"
    )
    page.fill("#f-limit_yuan", "500.50")
    page.get_by_role("button", name="申请", exact=True).click()
    page.wait_for_url("**/cases/*")
    case_no = page.url.rpartition("/")[2]
    expect(page.locator("#posting")).to_contain_text("T102")
    expect(page.locator("#form")).to_contain_text("内控复核、处长审批")

    control = desk.sign_in("C001")
    desk.open(control, "/queue")
    control.keyboard.press("n")
    control.wait_for_url(f"**/cases/{case_no}")
    desk.check(control, "grant-case")
    desk.ready(control)
    sign(desk, control, opinion="范围与岗位职责相符，同意。")
    desk.open(page, "/grants")
    expect(page.locator("section", has_text="办理中的申请").first).to_contain_text(case_no)
    head = open_next(desk, "H001", case_no)
    sign(desk, head)
    expect(head.locator("h1 ~ .chip").first).to_have_text("已办结")

    desk.open(page, "/grants")
    entry = page.locator("tr", has_text="授权书〔2026〕9号").last
    expect(entry).to_contain_text("生效中")
    expect(entry).to_contain_text(re.compile("不超过 ?500.50 ?元"))
    desk.check(page, "grants")
    narrow = desk.sign_in("T102", window=(1280, 800))
    desk.open(narrow, "/grants")
    expect(narrow.get_by_role("button", name="申请", exact=True)).to_have_count(0)
    desk.check(narrow, "grants-narrow")
    desk.open(narrow, "/grants/deviations")
    expect(narrow.locator("tr", has_text="T102")).to_contain_text("借调期间")
    desk.check(narrow, "grant-deviations")

    revoke(desk, "借调结束")
    desk.open(narrow, "/grants/deviations")
    expect(narrow.get_by_text("无个人差异")).to_be_visible()
    assert PASSWORD not in narrow.content()
