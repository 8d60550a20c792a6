"""The whole way of limited business by people at their own desks, by keyboard: signed, returned, refused."""

import re

from playwright.sync_api import Page, expect

from tests.browser.test_queue import accept
from tests.desk import Desk
from tests.people import PASSWORD
from tests.teller import Client, accepted

ZHANG_JIANGUO = Client("610099196605124018", "张建国")


def sign(
    desk: Desk, page: Page, number: int = 1, *, opinion: str = "", password: bool = True
) -> None:
    """Decide by Alt and a number, say so, give the password where it is asked for, and sign; all by keys."""
    page.keyboard.press(f"Alt+{number}")
    if opinion:
        page.locator("#f-opinion").focus()
        page.keyboard.press("Control+a")
        page.keyboard.type(opinion)
    if password:
        page.locator("#f-password").focus()
        page.keyboard.press("Control+a")
        page.keyboard.type(PASSWORD)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/cases/*?signed=1")
    desk.ready(page)


def open_next(desk: Desk, staff_no: str, case_no: str = "*") -> Page:
    """The page of a person who signed in and opened the case on top of his queue by one key."""
    page = desk.sign_in(staff_no)
    page.keyboard.press("n")
    page.wait_for_url(f"**/cases/{case_no}")
    desk.ready(page)
    return page


def test_a_retirement_from_teller_to_director_and_auditor(desk: Desk) -> None:
    said = {"form.kind": "NORMAL", "form.post_kind": "M", "form.retire_month": "2026-10"}
    case_no = accepted(desk, desk.sign_in("T101"), ZHANG_JIANGUO, "retirement_approval", said)

    reviewer = open_next(desk, "R101", case_no)
    expect(reviewer.locator("[data-opened=posting]")).to_contain_text("✓")
    desk.photograph(reviewer, "review")
    sign(desk, reviewer, opinion="年限、待遇已复算，与申报一致，同意。")
    expect(reviewer.get_by_text("已签字。")).to_be_visible()
    desk.photograph(reviewer, "reviewed")
    assert desk.barriers(reviewer) == []

    deputy = open_next(desk, "D101", case_no)
    expect(deputy.locator(".signs .done").last).to_contain_text("年限、待遇已复算")
    sign(desk, deputy)
    director = open_next(desk, "Z101", case_no)
    sign(desk, director)
    expect(director.locator("h1 ~ .chip").first).to_have_text("已办结")
    expect(director.get_by_role("link", name="回执")).to_be_visible()
    desk.check(director, "completed")
    form = director.request.get(f"/api/cases/{case_no}/approval-form")
    assert form.ok
    assert form.body().startswith(b"%PDF")

    auditor = desk.sign_in("A101")
    desk.open(auditor, f"/cases/{case_no}")
    auditor.keyboard.press("v")
    expect(auditor.locator("#verified")).to_contain_text("校验通过：记录完整，与签字时一致")
    expect(auditor.locator("#verified")).to_contain_text("签字 4 次")
    expect(auditor.locator("#journal")).to_contain_text("签字前打开核对")
    desk.photograph(auditor, "verified", whole=True)
    assert desk.barriers(auditor) == []


def test_the_password_stands_for_the_next_signature(desk: Desk) -> None:
    teller = desk.sign_in("T101")
    both = {accept(teller, "retirement_approval", 1, nth=number) for number in range(2)}
    page = open_next(desk, "R101")
    (second,) = both - {page.url.rpartition("/")[2]}
    page.keyboard.press("Alt+1")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("密码")
    page.locator("#f-password").fill("not mine")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("密码不正确")
    desk.photograph(page, "wrong-password")
    page.locator("#f-password").fill("")
    sign(desk, page)

    page.keyboard.press("n")
    page.wait_for_url(f"**/cases/{second}")
    desk.ready(page)
    expect(page.locator("#f-password")).to_have_count(0)
    expect(page.locator("#sign")).to_contain_text("密码已确认，有效至 2026-11-02 10:10")
    # A second click finds the button locked, and the same form counts once.
    page.keyboard.press("Alt+1")
    page.get_by_role("button", name="签字").dblclick()
    page.wait_for_url(f"**/cases/{second}?signed=1")
    history = page.request.get(f"/api/cases/{second}/history").json()
    assert [row["signer"] for row in history["sign_offs"]] == ["T101", "R101"]


def test_a_return_says_why_and_the_chain_begins_again(desk: Desk) -> None:
    teller = desk.sign_in("T101")
    case_no = accept(teller, "retirement_approval", 1)
    page = open_next(desk, "R101", case_no)
    page.keyboard.press("Alt+2")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("密码")
    page.locator("#f-password").fill(PASSWORD)
    page.keyboard.press("Control+Enter")
    expect(page.locator("[id=e-opinion]")).to_be_visible()
    desk.photograph(page, "return-without-reason")
    assert desk.barriers(page) == []
    page.get_by_label("录入与材料原件不一致").check()
    sign(desk, page, 2, opinion="出生日期请再核对档案。")
    expect(page.get_by_text("业务件已退回补正。")).to_be_visible()

    desk.open(teller, f"/cases/{case_no}")
    expect(teller.locator(".note.warn")).to_contain_text("录入与材料原件不一致")
    expect(teller.get_by_role("link", name=re.compile("补正"))).to_have_attribute(
        "href", f"/desk/correct/{case_no}"
    )
    desk.check(teller, "returned")
    desk.ready(teller)
    for address in ("**/desk/correct/*", "**/check", "**/desk/done/*"):
        teller.keyboard.press("F9")
        teller.wait_for_url(address)
        desk.ready(teller)
    desk.open(teller, f"/cases/{case_no}")
    expect(teller.locator("#journal")).to_contain_text("补正前的签字（已作废）")
    expect(teller.locator(".signs .now")).to_contain_text("复核")


def test_a_refusal_takes_reasons_and_ends_the_case(desk: Desk) -> None:
    case_no = accept(desk.sign_in("T101"), "person_info_change_key", 2)
    page = open_next(desk, "R101", case_no)
    page.keyboard.press("Alt+3")
    page.get_by_label("不符合办理条件").check()
    page.get_by_label("不予办理的依据").fill("社会保险法第五十七条")
    desk.photograph(page, "refusing")
    sign(desk, page, 3, opinion="户口簿未变更，依据社会保险法第五十七条。", password=False)

    expect(page.locator("h1 ~ .chip").first).to_have_text("不予办理")
    expect(page.locator(".note.warn")).to_contain_text("不符合办理条件")
    expect(page.locator(".note.warn")).to_contain_text("依据：社会保险法第五十七条")
    desk.check(page, "refused")


def test_two_windows_of_one_case_do_not_sign_twice(desk: Desk) -> None:
    teller = desk.sign_in("T101")
    case_no = accept(teller, "person_info_change_key", 2)
    page = open_next(desk, "R101", case_no)
    other = page.context.new_page()
    desk.open(other, f"/cases/{case_no}")
    sign(desk, page, password=False)
    other.keyboard.press("Alt+1")
    other.keyboard.press("Control+Enter")

    expect(other.get_by_role("alert")).to_contain_text("task.not_waiting")
    expect(other.locator("#f-opinion")).to_have_value("同意。")
    page.go_back()
    desk.ready(page)
    expect(page.locator("h1")).to_be_visible()


def test_the_applicant_wants_no_more_of_it(desk: Desk) -> None:
    page = desk.sign_in("T101")
    case_no = accept(page, "retirement_approval", 1)
    desk.open(page, f"/cases/{case_no}")
    page.get_by_role("button", name="应申请人要求撤回").click()
    page.get_by_label("申请人撤回的理由").fill("本人决定推迟退休")
    desk.photograph(page, "withdrawing")
    assert desk.barriers(page) == []
    page.get_by_role("dialog").get_by_role("button", name="撤回").click()

    expect(page.locator("h1 ~ .chip").first).to_have_text("已撤回")
