"""Signing when something goes wrong, and the ways to the city: nothing is lost, nothing counts twice."""

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.browser.test_level_one import open_next, sign
from tests.browser.test_queue import accept, row
from tests.desk import Desk
from tests.people import PASSWORD
from tests.teller import Client, key_data

OPINION = "年限、待遇已复算，与申报一致。"
RETIREMENT = "retirement_approval"
# The demo's examples that need more than the county: by amount, and by a meeting.
LARGE_ADJUSTMENT = ("account_adjustment", 1, 2)
MEETING_ADJUSTMENT = ("benefit_adjustment", 1, 1)


def signers(page: Page, case_no: str) -> list[str]:
    """Who signed, as the record has it."""
    history = page.request.get(f"/api/cases/{case_no}/history").json()
    return [row["signer"] for row in history["sign_offs"]]


def typed(page: Page) -> None:
    """Agree, with an opinion and the password, without signing yet."""
    page.keyboard.press("Alt+1")
    page.locator("#f-opinion").fill(OPINION)
    page.locator("#f-password").fill(PASSWORD)


def test_a_session_that_ends_while_one_signs_keeps_what_was_typed(desk: Desk) -> None:
    case_no = accept(desk.sign_in("T101"), RETIREMENT, 1)
    page = open_next(desk, "R101", case_no)
    typed(page)
    desk.clock.moment += timedelta(minutes=61)
    page.keyboard.press("Control+Enter")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("已填内容仍在本页")
    desk.photograph(page, "ended")
    assert desk.barriers(page) == []
    with page.expect_popup() as opened:
        alert.get_by_role("link", name="登录").click()
    other = opened.value
    other.fill("#f-staff_no", "R101")
    other.fill("#f-password", PASSWORD)
    other.keyboard.press("Enter")
    expect(other.get_by_role("heading", level=1)).to_have_text("退休审批")

    page.bring_to_front()
    expect(page.locator("#f-opinion")).to_have_value(OPINION)
    expect(page.locator("[name=decision][value=approve]")).to_be_checked()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/cases/{case_no}?signed=1")
    expect(page.locator(".signs .done").last).to_contain_text(OPINION)
    assert signers(page, case_no) == ["T101", "R101"]


def test_a_cut_in_the_middle_of_a_signature_counts_once(desk: Desk) -> None:
    case_no = accept(desk.sign_in("T101"), RETIREMENT, 1)
    page = open_next(desk, "R101", case_no)

    typed(page)
    with desk.answers_lost(page, "**/sign/*"):
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("alert")).to_contain_text("请原样再提交一次，只算一次")
    desk.photograph(page, "cut")
    expect(page.locator("#f-opinion")).to_have_value(OPINION)
    assert signers(page, case_no) == ["T101", "R101"]
    page.keyboard.press("Control+Enter")

    page.wait_for_url(f"**/cases/{case_no}?signed=1")
    assert signers(page, case_no) == ["T101", "R101"]


def test_somebody_claimed_it_first_and_the_way_back_signs_nothing_twice(desk: Desk) -> None:
    case_no = accept(desk.sign_in("T101"), RETIREMENT, 1)
    page = open_next(desk, "R101", case_no)
    typed(page)
    colleague = desk.sign_in("R102")
    row(colleague, case_no).get_by_role("button", name=re.compile("认领")).click()
    expect(row(colleague, case_no)).to_contain_text("我")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("赵敏 R102")
    expect(page.locator("#f-opinion")).to_have_value(OPINION)
    desk.photograph(page, "claimed-by-another")
    assert desk.barriers(page) == []
    desk.open(page, f"/cases/{case_no}")
    expect(page.locator("#why-sign")).to_contain_text("R102")
    desk.check(page, "held")

    desk.ready(colleague)
    colleague.keyboard.press("n")
    colleague.wait_for_url(f"**/cases/{case_no}")
    desk.ready(colleague)
    sign(desk, colleague)
    colleague.go_back()
    desk.ready(colleague)
    if colleague.locator("#sign").count():
        colleague.keyboard.press("Alt+1")
        colleague.keyboard.press("Control+Enter")
        expect(colleague.get_by_role("alert")).to_be_visible()
    assert signers(colleague, case_no) == ["T101", "R102"]


def test_a_reviewer_signs_at_his_desk_while_the_client_waits(desk: Desk) -> None:
    teller = desk.sign_in("T101")
    client = Client("610099198904045722", "唐敏")
    case_no = key_data(desk, teller, client, {"form.name": "唐慧敏"})
    expect(teller.locator("#state")).to_contain_text("复核岗位正在复核")
    reviewer = open_next(desk, "R101", case_no)
    expect(reviewer.locator("#f-password")).to_have_count(0)
    sign(desk, reviewer, password=False)

    expect(teller.locator("#status-title")).to_have_text("已办结")
    expect(reviewer.locator("h1 ~ .chip").first).to_have_text("已办结")


def test_what_the_county_recommends_the_city_decides(desk: Desk) -> None:
    process, level, nth = LARGE_ADJUSTMENT
    case_no = accept(desk.sign_in("T101"), process, level, nth=nth)
    for staff_no in ("R101", "D101", "Z101"):
        sign(desk, open_next(desk, staff_no, case_no))
    approver = open_next(desk, "P001", case_no)
    expect(approver.locator(".signs li")).to_have_count(5)
    desk.check(approver, "city-approver")
    desk.ready(approver)
    sign(desk, approver)

    expect(approver.locator("h1 ~ .chip").first).to_have_text("已办结")
    assert signers(approver, case_no) == ["T101", "R101", "D101", "Z101", "P001"]


def test_a_director_reports_a_case_to_the_city(desk: Desk) -> None:
    case_no = accept(desk.sign_in("T101"), RETIREMENT, 1)
    for staff_no in ("R101", "D101"):
        sign(desk, open_next(desk, staff_no, case_no))
    director = open_next(desk, "Z101", case_no)
    expect(director.locator(".choice").last).to_contain_text("同意并上报市级")
    desk.photograph(director, "director")
    sign(desk, director, 4, opinion="情况特殊，报市级审批。")

    expect(director.locator("h1 ~ .chip").first).to_have_text("审批中")
    expect(director.locator(".signs .done").last).to_contain_text("同意并上报市级：情况特殊")
    expect(director.locator(".signs .now")).to_contain_text("市级审批")
    expect(director.locator("#journal")).to_contain_text("上报市级")
    desk.photograph(director, "escalated", whole=True)
    assert desk.barriers(director) == []


def test_the_head_signs_what_a_meeting_resolved(desk: Desk) -> None:
    process, level, nth = MEETING_ADJUSTMENT
    case_no = accept(desk.sign_in("T101"), process, level, nth=nth)
    for staff_no in ("R101", "D101", "Z101"):
        sign(desk, open_next(desk, staff_no, case_no))
    head = open_next(desk, "H001", case_no)
    desk.check(head, "head")
    desk.ready(head)
    typed(head)
    head.keyboard.press("Control+Enter")
    expect(head.get_by_role("alert")).to_contain_text("处务会议")
    desk.photograph(head, "without-resolution")
    assert desk.barriers(head) == []
    said = {
        "minutes_no": "处务会议纪要〔2026〕第11号",
        "date": "2026-10-30",
        "attendees": "华振国、严峻、曹阳",
        "decision": "同意",
    }
    for name, text in said.items():
        head.locator(f"[id='f-resolution.{name}']").fill(text)
    head.keyboard.press("Control+Enter")

    head.wait_for_url(f"**/cases/{case_no}?signed=1")
    expect(head.locator("h1 ~ .chip").first).to_have_text("已办结")
    desk.photograph(head, "resolved", whole=True)
