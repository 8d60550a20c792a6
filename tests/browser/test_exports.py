"""A file refused at the day's limit: the page says who permits more, he does, and the file is given out."""

import pytest
from playwright.sync_api import expect

from engine.exports import export_limits
from engine.exports.export_limits import Limits
from tests.desk import Desk
from tests.people import PASSWORD

PEOPLE = "/audit/lists/rights"


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> None:
    """Auditors may take out nothing about people today."""
    monkeypatch.setattr(export_limits, "shipped", lambda: Limits({"auditor": 0}, 100))


@pytest.mark.usefixtures("held")
def test_a_refused_file_leads_to_who_permits_it(desk: Desk) -> None:
    auditor = desk.sign_in("A101")
    desk.open(auditor, PEOPLE)
    auditor.get_by_role("link", name="Excel").click()
    expect(auditor.locator("main")).to_contain_text("每日限额0行")
    expect(auditor.locator("main")).to_contain_text("C001")
    desk.photograph(auditor, "export-refused")
    assert desk.barriers(auditor) == []
    auditor.get_by_role("link", name="查看今日剩余额度").click()
    expect(auditor.locator("section", has_text="由谁许可超限导出")).to_contain_text("C001")
    desk.check(auditor, "exports-own")

    control = desk.sign_in("C001", window=(1600, 1000))
    desk.open(control, "/exports")
    control.fill("#f-staff_no", "C001")
    control.fill("#f-more_rows", "5000")
    control.fill("#f-reason", "年度稽核抽样")
    control.get_by_role("button", name="许可", exact=True).click()
    expect(control.get_by_role("alert")).to_contain_text("不得许可本人")
    control.fill("#f-staff_no", "A101")
    control.keyboard.press("Enter")
    expect(control.locator("section", has_text="今日许可").last).to_contain_text("A101")

    desk.open(auditor, PEOPLE)
    with auditor.expect_download() as downloaded:
        auditor.get_by_role("link", name="Excel").click()
    assert downloaded.value.suggested_filename.startswith("rights-990101-")
    desk.open(control, "/exports")
    expect(control.locator("section", has_text="已导出的文件").last).to_contain_text("A101")
    desk.check(control, "exports")
    narrow = desk.sign_in("C001", window=(1280, 800))
    desk.open(narrow, "/exports")
    desk.check(narrow, "exports-narrow")


def test_a_permit_without_a_script(desk: Desk) -> None:
    """Everything is a form and a link: a browser that runs no script permits as well."""
    page = desk.visitor(script=False)
    page.goto("/sign-in")
    page.fill("#f-staff_no", "C001")
    page.fill("#f-password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.goto("/exports")
    page.fill("#f-staff_no", "A101")
    page.fill("#f-more_rows", "20")
    page.fill("#f-reason", "年度稽核抽样")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("section", has_text="今日许可").last).to_contain_text("增加20行")
