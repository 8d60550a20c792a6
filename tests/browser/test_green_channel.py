"""The green channel at the browser: approved for a client, first in the queue, withdrawn again."""

import re

from playwright.sync_api import Page, expect

from tests.browser.test_queue import accept
from tests.desk import Desk

RETIREMENT = ("retirement_approval", 1)
REASON = "八十二岁，由女儿搀扶前来"


def places(page: Page, *numbers: str) -> list[str]:
    """These cases in the order in which the queue lists them."""
    listed = page.locator("tr[data-task]").all_inner_texts()
    return [number for line in listed for number in numbers if number in line]


def test_a_case_goes_first_and_in_its_turn_again(desk: Desk) -> None:
    teller = desk.sign_in("T101")
    first = accept(teller, *RETIREMENT)
    second = accept(teller, *RETIREMENT, nth=1)
    reviewer = desk.sign_in("R101")
    assert places(reviewer, first, second) == [first, second]

    # At the window: who accepted the case asks for it, and does not approve it himself.
    desk.open(teller, f"/cases/{second}")
    expect(teller.locator("#green-h")).to_have_count(0)
    supervisor = desk.sign_in("S101")
    desk.open(supervisor, f"/cases/{second}")
    chain = supervisor.locator(".signs").inner_text()
    due = supervisor.locator("#clocks").inner_text()
    supervisor.select_option("[id='f-green.category']", "elderly")
    supervisor.fill("[id='f-green.reason']", REASON)
    supervisor.get_by_role("button", name="转入绿色通道").click()
    head = supervisor.locator(".case-head")
    expect(head).to_contain_text(REASON)
    expect(head).to_contain_text(re.compile("高龄.*S101"))
    desk.check(supervisor, "green-approved")
    # Its order changes, and nothing that controls it: the same signers, the same days.
    assert supervisor.locator(".signs").inner_text() == chain
    assert supervisor.locator("#clocks").inner_text() == due

    desk.open(reviewer, "/queue")
    assert places(reviewer, first, second) == [second, first]
    expect(reviewer.locator("tr[data-task]", has_text=second)).to_contain_text("绿色通道")
    desk.check(reviewer, "green-queue")
    desk.open(teller, f"/cases/{second}")
    expect(teller.locator(".case-head")).to_contain_text("绿色通道")
    desk.open(supervisor, "/green-channel")
    expect(supervisor.locator("tr", has_text="高龄")).to_contain_text("1")
    desk.check(supervisor, "green-counted")

    desk.open(supervisor, f"/cases/{second}")
    supervisor.fill("[id='f-green.reason']", "核对年龄后不属于高龄")
    supervisor.get_by_role("button", name="撤销绿色通道").click()
    expect(supervisor.locator(".case-head")).not_to_contain_text("绿色通道")
    expect(supervisor.locator("#journal")).to_contain_text("撤销绿色通道")
    desk.open(reviewer, "/queue")
    assert places(reviewer, first, second) == [first, second]
