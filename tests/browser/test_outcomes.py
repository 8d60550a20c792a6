"""Outcomes in writing, as the teller hands them over: each opens from his page, and says what it must.

Who is not accepted (不予受理), the first notice (补正告知书) and late entries have stories of their own.
"""

from playwright.sync_api import Page, expect

from tests.browser.test_queue import accept
from tests.clock_commands import EXTENSION
from tests.desk import Desk
from tests.people import Hall
from tests.rendered_papers import text_of


def opened(page: Page, name: str) -> str:
    """The words of the paper behind this link of the page."""
    link = page.get_by_role("link", name=name, exact=True).first
    expect(link).to_be_visible()
    answer = page.request.get(link.get_attribute("href") or "")
    assert answer.headers["content-type"] == "application/pdf", name
    return text_of(answer.body())


def test_each_outcome_at_the_window_is_handed_over_in_writing(desk: Desk, hall: Hall) -> None:
    teller = desk.sign_in("T101")
    limited = accept(teller, "retirement_approval", 1)
    desk.open(teller, f"/cases/{limited}")
    slip = opened(teller, "受理通知书")
    assert limited in slip
    # A client learns no level of risk, nor is he promised a payment.
    assert "风险" not in slip
    form = opened(teller, "审批表")
    assert limited in form

    hall.Z101.post(f"/api/cases/{limited}/extension", EXTENSION)
    desk.open(teller, f"/cases/{limited}")
    assert "2026-" in opened(teller, "延长办理期限告知书")
    for staff_no in ("R101", "D101", "Z101"):
        getattr(hall, staff_no).sign(limited)
    desk.open(teller, f"/cases/{limited}")
    receipt = opened(teller, "回执")
    assert limited in receipt
    assert "T101" in receipt
    assert "风险" not in receipt
    desk.check(teller, "completed-at-the-window")

    refused = accept(teller, "person_info_change_key", 2)
    hall.R101.sign(refused, "refuse", reasons=["conditions_not_met"], basis="社会保险法第五十七条")
    desk.open(teller, f"/cases/{refused}")
    decision = opened(teller, "决定书")
    assert "社会保险法第五十七条" in decision
    assert "行政复议" in decision

    # The decision is delivered at the window, and that is recorded.
    desk.open(teller, f"/cases/{refused}/papers")
    teller.locator("details summary", has_text="决定书").first.click()
    teller.locator("details[open] [name=reference]").fill("本人签收")
    teller.locator("details[open]").get_by_role("button", name="登记").click()
    expect(teller.get_by_text("本人签收")).to_be_visible()
