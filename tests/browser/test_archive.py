"""The archivist on the desk: a missing piece is brought, the case filed, its file lent and given back."""

from collections.abc import Iterator
from typing import cast

import httpx2
import pytest
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient

from api.application import Application
from tests import archived_office
from tests.desk import Desk
from tests.people import Hall


@pytest.fixture
def hall(desk: Desk) -> Iterator[Hall]:
    """The people of this server's office, beside the browser."""
    with httpx2.Client(base_url=desk.address) as client:
        yield Hall(cast("TestClient", client))


def test_the_archivist_completes_files_lends_and_lists(
    desk: Desk, hall: Hall, application: Application
) -> None:
    number = archived_office.ended(hall)
    page: Page = desk.sign_in("V101", window=(1280, 800))
    expect(page.get_by_role("heading", level=1)).to_have_text("档案")
    expect(page.get_by_label(f"归档 {number}", exact=True)).to_have_count(0)
    desk.check(page, "archive-waiting")
    page.get_by_role("link", name=number).click()
    page.locator("#f-reason").fill("窗口收取的复印件")
    page.get_by_role("button", name="补充归入").click()
    expect(page.get_by_text("纸质入卷")).to_be_visible()
    desk.check(page, "archive-file")

    page.get_by_role("link", name="待归档").click()
    page.get_by_label(f"归档 {number}", exact=True).check()
    page.get_by_label(f"页数 {number}", exact=True).fill("4")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/archive/volumes/*")
    expect(page.locator("tbody tr")).to_have_count(1)
    desk.check(page, "archive-volume")

    page.get_by_role("link", name="档案查找").click()
    page.locator("#f-number").fill(hall.example("enrollment_certificate", 3)["applicant"]["id_no"])
    page.get_by_role("button", name="查找").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    assert desk.barriers(page) == []
    desk.photograph(page, "archive-search")
    page.get_by_role("link", name=number).click()
    page.locator("#f-borrower").fill("稽核科 冯洁")
    page.locator("#f-purpose").fill("专项检查")
    page.locator("#f-due_on").fill("2099-12-31")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_text("该档案已借出。")).to_be_visible()
    page.get_by_role("link", name="借阅登记").click()
    desk.check(page, "archive-loans")
    page.get_by_role("button", name=f"归还 {number}").click()
    expect(page.get_by_text("没有借阅记录")).to_be_visible()

    list_id = archived_office.disposal_in(application.state.sessions, number)
    desk.open(page, f"/archive/disposals/{list_id}")
    page.locator("#f-opinion").fill("无保存价值")
    page.get_by_role("button", name="提交意见").click()
    expect(page.get_by_text("鉴定：可以销毁")).to_be_visible()
    desk.check(page, "archive-disposal")
    page.get_by_role("link", name="鉴定销毁").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    desk.check(page, "archive-disposals")
    desk.open(page, "/archive/volumes")
    desk.check(page, "archive-volumes")
