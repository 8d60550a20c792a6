"""An erasure on the desk: asked for by internal control, its rows moved, approved by the head of the city."""

from collections.abc import Iterator
from typing import cast

import httpx2
import pytest
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient

from tests import erased_office
from tests.databases import Database
from tests.desk import Desk
from tests.people import Hall


@pytest.fixture
def hall(desk: Desk) -> Iterator[Hall]:
    """The people of this server's office, beside the browser."""
    with httpx2.Client(base_url=desk.address) as client:
        yield Hall(cast("TestClient", client))


def test_an_erasure_is_asked_for_and_approved(desk: Desk, hall: Hall, database: Database) -> None:
    """By its case's number; what goes and what stays is said before, and cannot be approved too early."""
    applicant = hall.example("person_info_change_general", 3)["applicant"]
    _, told = erased_office.certified(hall, applicant)
    asking: Page = desk.sign_in("C001", window=(1280, 800))
    desk.open(asking, "/erasures")
    expect(asking.get_by_text("还没有删除申请")).to_be_visible()
    asking.locator("#f-person_id").fill(told["case_no"])
    asking.locator("#f-basis").select_option("court")
    asking.locator("#f-reason").fill(erased_office.REASON)
    asking.get_by_role("button", name="提交申请").press("Enter")
    asking.wait_for_url("**/erasures/*")
    expect(asking.get_by_text("尚有数据待转移").first).to_be_visible()
    expect(asking.locator("#f-agree")).to_have_count(0)
    desk.check(asking, "erasure-asked")

    deciding: Page = desk.sign_in("H001")
    desk.open(deciding, asking.url)
    expect(deciding.locator("#f-agree option")).to_have_count(1)
    erased_office.moved(database)
    desk.open(deciding, asking.url)
    desk.check(deciding, "erasure-moved")
    deciding.locator("#f-agree").select_option("yes")
    deciding.locator("#f-opinion").fill("依法应予删除")
    deciding.get_by_role("button", name="提交审批").click()
    expect(deciding.get_by_text("已永久删除").first).to_be_visible()
    expect(deciding.get_by_text("1 份扫描件已一并删除")).to_be_visible()
    desk.check(deciding, "erasure-done")
    deciding.get_by_role("link", name="删除申请列表").click()
    expect(deciding.locator("tbody tr")).to_have_count(1)
    desk.check(deciding, "erasures")
