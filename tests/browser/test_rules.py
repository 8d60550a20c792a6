"""A rule changed at the browser: handed in, its effect seen, applied for, reviewed, approved, in force."""

from pathlib import Path

from playwright.sync_api import expect

from tests import changed_rules
from tests.browser.test_level_one import sign
from tests.desk import Desk


def test_a_rule_from_its_text_to_its_first_day(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "risk_levels.yaml"
    file.write_text(changed_rules.stricter_table(), encoding="utf-8")
    page = desk.sign_in("S000", window=(1600, 1000))
    desk.open(page, "/rules")
    desk.check(page, "rules")
    page.set_input_files("#f-file", file)
    page.get_by_role("button", name="查看影响").click()
    page.wait_for_url("**/rules/texts/*")
    expect(page.locator(".difference")).to_contain_text("level: 2")
    desk.check(page, "rule-text")
    page.fill("#f-basis", "省局便函〔2026〕7号")
    page.get_by_role("button", name="申请并签字").click()
    page.wait_for_url("**/cases/*")
    case_no = page.url.rpartition("/")[2]

    control = desk.sign_in("C000")
    desk.open(control, f"/cases/{case_no}")
    expect(control.locator("main")).to_contain_text("对已办业务的影响")
    desk.check(control, "rule-case")
    sign(desk, control)
    head = desk.sign_in("H000")
    desk.open(head, f"/cases/{case_no}")
    sign(desk, head)

    narrow = desk.sign_in("A000", window=(1280, 800))
    desk.open(narrow, "/rules")
    expect(narrow.locator("tr", has_text=case_no)).to_contain_text("省局便函〔2026〕7号")
    desk.open(narrow, f"/rules/changes/{case_no}")
    expect(narrow.locator(".difference")).to_contain_text("level: 3")
    desk.check(narrow, "rule-change")


def test_a_process_from_its_end_to_its_application(desk: Desk) -> None:
    page = desk.sign_in("S000", window=(1600, 1000))
    desk.open(page, "/rules")
    page.select_option("#f-process", "account_adjustment")
    page.fill("#f-reason", "并入个人账户查询办理")
    page.select_option("#f-successor", "account_query")
    page.get_by_role("button", name="查看停办影响").click()
    page.wait_for_url("**/rules/texts/*")
    touched = page.get_by_role("region", name="停办的业务")
    expect(touched).to_contain_text("并入个人账户查询办理")
    expect(touched).to_contain_text("account_query")
    desk.check(page, "retirement-proposed")
    page.fill("#f-basis", "省局便函〔2026〕9号")
    page.get_by_role("button", name="申请并签字").click()
    page.wait_for_url("**/cases/*")
    expect(page.locator("main")).to_contain_text("停办的业务")
    case_no = page.url.rpartition("/")[2]
    for signer in changed_rules.PROVINCE:
        signing = desk.sign_in(signer)
        desk.open(signing, f"/cases/{case_no}")
        sign(desk, signing)
    desk.open(page, "/rules")
    ended = page.get_by_role("region", name="已停办的业务")
    expect(ended).to_contain_text("account_adjustment")
    expect(ended.get_by_role("button", name="恢复办理")).to_have_count(1)
    desk.check(page, "rules-retired")
    desk.open(page, "/processes/account_adjustment")
    expect(page.locator("main")).to_contain_text("不再受理新件")
    desk.check(page, "process-retired")
    desk.open(page, "/guides/account_adjustment")
    expect(page.locator("main")).to_contain_text("不再受理")
    desk.check(page, "guide-retired")
