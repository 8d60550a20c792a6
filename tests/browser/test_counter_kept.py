"""Nothing typed at the window is lost, nothing counts twice: drafts, two clicks, back, two tabs, cuts."""

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.desk import Desk
from tests.people import PASSWORD
from tests.teller import Client, at_the_form, checked

MA_CHAO = Client("610099199801075317", "马超")
GENERAL = "person_info_change_general"
MOBILE = {"form.mobile": "13912345678"}
KEPT = re.compile(r"草稿已暂存 \d\d:\d\d:\d\d")


def cases(page: Page) -> list[str]:
    """The numbers of the cases of this business."""
    answer = page.request.get(f"/api/cases?process={GENERAL}")
    return [case["case_no"] for case in answer.json()["items"]]


def drafts(page: Page) -> int:
    return page.locator("[aria-labelledby=drafts-title] li").count()


def test_what_is_typed_is_kept_by_itself_and_taken_up_again(desk: Desk) -> None:
    page = at_the_form(desk, desk.sign_in("T101"), MA_CHAO, GENERAL)
    page.fill("[name='form.address']", "青山县建设路8号")
    page.fill("[name='form.mobile']", "139")
    expect(page.locator("#saved")).to_have_text(KEPT)
    desk.photograph(page, "kept")
    address = page.url
    page.reload()
    expect(page.locator("[name='form.mobile']")).to_have_value("139")
    desk.ready(page)

    # What was typed last, an instant before the page is left.
    page.fill("[name='form.mobile']", "13912")
    page.locator(".brand").click()
    page.wait_for_url("**/desk")
    expect(page.locator("[aria-labelledby=drafts-title]")).to_contain_text("个人一般信息变更")
    expect(page.locator("[aria-labelledby=drafts-title]")).to_contain_text("马*")
    desk.check(page, "drafts")
    page.locator("[aria-labelledby=drafts-title] a").first.click()
    expect(page).to_have_url(address)
    expect(page.locator("[name='form.mobile']")).to_have_value("13912")
    expect(page.locator("[name='form.address']")).to_have_value("青山县建设路8号")


def test_a_draft_is_its_owners_alone_and_can_be_thrown_away(desk: Desk) -> None:
    page = at_the_form(desk, desk.sign_in("T101"), MA_CHAO, GENERAL)
    colleague = desk.sign_in("T102")
    colleague.goto(page.url)
    expect(colleague.get_by_role("heading", level=1)).to_have_text("这里没有内容")
    page.get_by_role("button", name="放弃").click()
    desk.photograph(page, "discard")
    assert desk.barriers(page) == []
    page.get_by_role("dialog").get_by_role("button", name="放弃").click()

    page.wait_for_url("**/desk")
    assert drafts(page) == 0


def test_another_business_for_the_same_client_is_kept_from_its_first_change(desk: Desk) -> None:
    page = at_the_form(desk, desk.sign_in("T101"), MA_CHAO, GENERAL)
    page.locator("#hits .hit", has_text="参保证明").click()
    page.wait_for_url("**/desk/new/*")
    desk.ready(page)
    expect(page.locator("[name='applicant.id_no']")).to_have_value(MA_CHAO.id_no)
    page.select_option("[name='form.purpose']", "loan")

    expect(page.locator("#saved")).to_have_text(KEPT)
    expect(page).to_have_url(re.compile("/desk/drafts/"))
    page.reload()
    expect(page.locator("[name='form.purpose']")).to_have_value("loan")
    assert drafts(page) == 2


def test_two_clicks_accept_once_and_back_leads_to_the_same_case(desk: Desk) -> None:
    page = checked(desk, desk.sign_in("T101"), MA_CHAO, GENERAL, MOBILE)
    before = cases(page)
    page.get_by_role("button", name="受理并办结").dblclick()
    page.wait_for_url("**/desk/done/*")
    done = page.url
    assert len(cases(page)) == len(before) + 1

    page.go_back()
    if page.get_by_role("button", name="受理并办结").count():
        page.keyboard.press("F9")
        page.wait_for_url(done)
    else:
        expect(page.get_by_role("heading", level=1)).to_have_text("这里没有内容")
    assert len(cases(page)) == len(before) + 1


def test_two_tabs_on_one_draft(desk: Desk) -> None:
    page = checked(desk, desk.sign_in("T101"), MA_CHAO, GENERAL, MOBILE)
    before = cases(page)
    other = page.context.new_page()
    desk.open(other, page.url.removesuffix("/check"))
    other.fill("[name='form.mobile']", "13912345670")
    expect(other.locator("#saved")).to_have_text(KEPT)
    page.keyboard.press("F9")
    expect(page.get_by_role("alert")).to_contain_text("草稿已在另一窗口改动，未受理")
    desk.photograph(page, "changed")
    assert desk.barriers(page) == []
    page.reload()
    desk.ready(page)
    expect(page.locator("main")).to_contain_text("13912345670")
    other.keyboard.press("F9")
    other.wait_for_url("**/check")
    desk.ready(other)
    page.keyboard.press("F9")
    page.wait_for_url("**/desk/done/*")
    other.keyboard.press("F9")

    expect(other.get_by_role("alert")).to_be_visible()
    assert len(cases(page)) == len(before) + 1


def test_a_cut_in_the_middle_of_the_acceptance_counts_once(desk: Desk) -> None:
    page = checked(desk, desk.sign_in("T101"), MA_CHAO, GENERAL, MOBILE)
    before = cases(page)

    with desk.answers_lost(page, "**/accept"):
        page.keyboard.press("F9")
        expect(page.get_by_role("alert")).to_contain_text("请原样再提交一次，只算一次")
    desk.photograph(page, "cut")
    assert len(cases(page)) == len(before) + 1
    page.keyboard.press("F9")

    page.wait_for_url("**/desk/done/*")
    assert page.url.endswith(cases(page)[0])
    assert len(cases(page)) == len(before) + 1


def test_an_ended_session_keeps_the_form_and_its_draft(desk: Desk) -> None:
    page = at_the_form(desk, desk.sign_in("T101"), MA_CHAO, GENERAL)
    page.check("[name='materials.id_card']")
    expect(page.locator("#saved")).to_have_text(KEPT)
    desk.clock.moment += timedelta(minutes=61)
    page.fill("[name='form.mobile']", "13912345678")
    expect(page.locator("#saved")).to_contain_text("未暂存：请在新标签页重新登录")
    page.keyboard.press("F9")
    expect(page.get_by_role("alert")).to_contain_text("已填内容仍在本页")
    desk.photograph(page, "ended")
    with page.expect_popup() as opened:
        page.get_by_role("alert").get_by_role("link", name="登录").click()
    other = opened.value
    other.fill("#f-staff_no", "T101")
    other.fill("#f-password", PASSWORD)
    other.keyboard.press("Enter")
    expect(other.locator("[name='materials.id_card']")).to_be_checked()
    page.bring_to_front()
    expect(page.locator("[name='form.mobile']")).to_have_value("13912345678")
    page.keyboard.press("F9")

    page.wait_for_url("**/check")
    expect(page.locator("main")).to_contain_text("13912345678")
