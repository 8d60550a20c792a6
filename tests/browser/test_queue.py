"""The queue under the hands of those who wait for it: the client at the window first, one key a step."""

import json
import re
from collections.abc import Mapping
from datetime import timedelta

from playwright.sync_api import Locator, Page, expect

from tests.desk import Desk
from tests.people import new_key


def accept(
    page: Page,
    process: str,
    level: int,
    *,
    nth: int = 0,
    files: Mapping[str, str] | None = None,
) -> str:
    """The number of a case that the person at this page accepts, from the demo's examples.

    ``files`` are the digests of scans, by their materials.
    """
    fitting = [
        body
        for body in page.request.get("/api/demo").json()["examples"][process]
        if body["expect"]["risk_level"] == level
    ]
    body = {name: value for name, value in fitting[nth].items() if name != "expect"}
    for material in body["materials"]:
        material["file"] = (files or {}).get(material["code"])
    answer = page.request.post(
        "/api/cases",
        headers={"Idempotency-Key": new_key(), "Content-Type": "application/json"},
        data=json.dumps(body),
    )
    assert answer.ok, answer.text()
    return str(answer.json()["case_no"])


def row(page: Page, case_no: str) -> Locator:
    """The row of a case."""
    return page.locator("tr[data-task]", has_text=case_no)


def test_a_reviewer_claims_releases_and_opens_by_keys(desk: Desk) -> None:
    teller = desk.sign_in("T101")
    limited = accept(teller, "retirement_approval", 1)
    instant = accept(teller, "person_info_change_key", 2)
    page = desk.sign_in("R101")
    expect(page).to_have_url(re.compile("/queue$"))

    # Whoever waits at the window stands on top.
    expect(page.locator("tr[data-task]").first).to_contain_text(instant)
    expect(page.locator("tr.waits")).to_contain_text("窗口等候")
    page.keyboard.press("j")
    page.keyboard.press("c")
    expect(page.get_by_role("status").filter(has_text="已认领 1 件")).to_be_visible()
    expect(row(page, instant)).to_contain_text("我")
    desk.check(page, "queue")
    desk.ready(page)

    row(page, instant).get_by_role("button", name=re.compile("退回岗位")).click()
    expect(page.get_by_text("已退回岗位，同岗可认领。")).to_be_visible()
    desk.ready(page)
    expect(row(page, instant)).to_contain_text("未认领")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/cases/{instant}$"))
    assert limited != instant


def test_many_are_claimed_at_once_and_somebody_was_quicker(desk: Desk) -> None:
    teller = desk.sign_in("T101")
    cases = [accept(teller, "person_info_change_key", 2, nth=n) for n in range(2)]
    page, other = desk.sign_in("R101"), desk.sign_in("R102")
    page.keyboard.press("Shift+C")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("请先选择至少一件。")

    for _ in cases:
        page.keyboard.press("j")
        page.keyboard.press("x")
    expect(page.locator("[data-chosen-count]")).to_have_text("2")
    desk.photograph(page, "queue-chosen")
    row(other, cases[0]).get_by_role("button", name=re.compile("认领")).click()
    expect(other.get_by_text("已认领 1 件。")).to_be_visible()
    page.keyboard.press("Shift+C")

    expect(page.get_by_text("1 件已由他人认领或已办完。")).to_be_visible()
    expect(row(page, cases[0])).to_contain_text("R102")
    expect(row(page, cases[1])).to_contain_text("我")
    desk.photograph(page, "queue-claimed")
    desk.ready(page)
    # One key opens what nobody else holds.
    page.keyboard.press("n")
    expect(page).to_have_url(re.compile(f"/cases/{cases[1]}$"))


def test_new_rows_come_by_themselves_and_nothing_chosen_is_lost(desk: Desk) -> None:
    page = desk.sign_in("R101")
    expect(page.get_by_text("没有待办件")).to_be_visible()
    desk.check(page, "queue-empty")
    desk.ready(page)
    teller = desk.sign_in("T101")
    first = accept(teller, "person_info_change_key", 2)
    page.evaluate("document.dispatchEvent(new Event('queue:refresh'))")
    expect(row(page, first)).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("x")

    second = accept(teller, "person_info_change_key", 2, nth=1)
    page.evaluate("document.dispatchEvent(new Event('queue:refresh'))")
    expect(row(page, second)).to_be_visible()
    expect(page.locator("#said")).to_have_text("新到： 1")
    expect(page.locator("#standing")).to_contain_text("2 件")
    expect(page.locator("#standing")).to_contain_text("窗口前 2 人等候")
    expect(row(page, first).locator("input")).to_be_checked()
    expect(row(page, first).locator("[data-open]")).to_be_focused()
    expect(page.get_by_role("link", name=re.compile("打开下一件"))).to_have_attribute(
        "href", f"/cases/{first}"
    )


def test_waiting_is_told_in_minutes_and_days_over_due(desk: Desk) -> None:
    teller = desk.sign_in("T101")
    limited = accept(teller, "retirement_approval", 1)
    instant = accept(teller, "person_info_change_key", 2)
    desk.clock.moment += timedelta(minutes=9)
    page = desk.sign_in("R101")
    expect(row(page, instant)).to_contain_text("窗口等候 9 分钟")
    expect(row(page, limited)).to_contain_text("剩 20 个工作日")
    for queue in ("at_window", "my_posts"):
        desk.open(page, f"/queue?queue={queue}")
        expect(row(page, instant)).to_contain_text("窗口等候 9 分钟")
    desk.open(page, f"/cases/{instant}")
    expect(page.locator("h1 ~ .chip.today")).to_contain_text("窗口等候 9 分钟")

    # The client went home with his slip: his case still stands on top, as what it now is.
    desk.clock.moment += timedelta(days=1)
    page = desk.sign_in("R101")
    expect(page.locator("tr[data-task]").first).to_contain_text("超 1 个工作日")
    expect(page.locator("#standing")).not_to_contain_text("等候")
    desk.check(page, "queue-overdue")
