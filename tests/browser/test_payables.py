"""Finance on the desk: what cases determined is released with the password, the bank's report taken in."""

from collections.abc import Iterator
from typing import cast

import httpx2
import pytest
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient

from tests import paying_office
from tests.desk import Desk
from tests.people import PASSWORD, Hall


@pytest.fixture
def hall(desk: Desk) -> Iterator[Hall]:
    """The people of this server's office, beside the browser."""
    with httpx2.Client(base_url=desk.address) as client:
        yield Hall(cast("TestClient", client))


def test_finance_releases_and_takes_in_what_the_bank_says(desk: Desk, hall: Hall) -> None:
    (one,) = paying_office.owed(hall)
    (other,) = paying_office.owed(hall, "multi_relation_refund")
    page: Page = desk.sign_in("F101")
    expect(page.get_by_role("heading", level=1)).to_have_text("待支付")
    for payable in (one, other):
        page.get_by_label(f"拨付 {payable['payable_id']}", exact=True).check()
    expect(page.locator("tbody tr")).to_have_count(3)
    page.locator("#f-password").fill("not-his-password")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label(f"拨付 {one['payable_id']}", exact=True)).to_be_checked()
    assert desk.barriers(page) == []
    desk.photograph(page, "payables")

    page.locator("#f-password").fill(PASSWORD)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/payables/releases")
    expect(page.locator("tbody tr")).to_have_count(1)

    page.get_by_role("link", name="银行回盘").click()
    cents = other["open_cents"]
    page.locator("#f-reference").fill("HP20261102-1")
    lines = [
        f"{one['payable_id']},成功,{one['open_cents'] // 100}.{one['open_cents'] % 100:02d}",
        f"{other['payable_id']},退票,{cents // 100}.{cents % 100:02d},账号不存在",
        "98765,成功,1.00",
    ]
    page.locator("#f-lines").fill("\n".join(lines))
    page.get_by_role("button", name="导入").click()
    expect(page.locator("tbody tr td").nth(2)).to_have_text("HP20261102-1")
    expect(page.locator("tbody tr").first).to_contain_text("98765 没有此应付款")
    assert desk.barriers(page) == []
    page.get_by_role("link", name="退票").click()
    expect(page.locator("tbody tr").first).to_contain_text("账号不存在")
    assert {row["status"] for row in paying_office.listed(hall)[:2]} == {"paid", "returned"}
