"""Progress by receipt number: what a client is told, what nobody is told, and how guessing ends."""

import json
from datetime import timedelta
from typing import Any

from playwright.sync_api import Page, expect

from tests.desk import Desk
from tests.people import new_key

PHONE = (390, 844)


def accept(page: Page, process: str, nth: int = 0, **other: Any) -> tuple[str, str, str]:
    """A case accepted by the person at this page: its number, the applicant's id number and name."""
    body = dict(page.request.get("/api/demo").json()["examples"][process][nth])
    del body["expect"]
    body |= other
    answer = page.request.post(
        "/api/cases",
        headers={"Idempotency-Key": new_key(), "Content-Type": "application/json"},
        data=json.dumps(body),
    )
    assert answer.ok, answer.text()
    applicant = body["applicant"]
    return str(answer.json()["case_no"]), str(applicant["id_no"]), str(applicant["name"])


def ask(page: Page, case_no: str, last_four: str) -> None:
    """Type both into the form, and send it."""
    page.get_by_label("业务号").fill(case_no)
    page.get_by_label("证件号码末四位").fill(last_four)
    page.get_by_role("button", name="查询").click()


def test_a_client_sees_how_far_it_is_and_nobody_s_name(desk: Desk) -> None:
    case_no, id_no, name = accept(desk.sign_in("T101"), "retirement_approval")
    page = desk.visitor()
    desk.open(page, "/progress")
    desk.check(page, "progress")

    ask(page, case_no, id_no[-4:])
    main = page.get_by_role("main")
    expect(main).to_contain_text("正在办理。")
    expect(main).to_contain_text("最晚 2026-11-30 办结")
    expect(page.locator("li.done").first).to_contain_text("窗口已受理")
    expect(page.locator("[aria-current=step]")).to_contain_text("正在此环节")
    expect(main).to_contain_text("青山县社会保险经办中心")
    for secret in (name, id_no, "王芳", "刘洋"):
        assert secret not in page.content()
    assert case_no not in page.url
    assert desk.barriers(page) == []
    desk.photograph(page, "found", whole=True)


def test_on_a_phone_without_script_a_done_case_is_done(desk: Desk) -> None:
    case_no, id_no, _ = accept(desk.sign_in("T101"), "person_info_change_general")
    page = desk.visitor(script=False, window=PHONE)
    page.goto("/guides")
    ask(page, case_no, id_no[-4:].lower())
    expect(page.get_by_role("main")).to_contain_text(
        "已办结。 2026-11-02 办结。", use_inner_text=True
    )
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    desk.photograph(page, "phone-done", whole=True)


def test_materials_that_lack_are_named(desk: Desk) -> None:
    teller = desk.sign_in("T101")
    case_no, id_no, _ = accept(teller, "retirement_approval", materials=[])
    page = desk.visitor(language="en")
    desk.open(page, "/progress")
    page.get_by_label("Case number").fill(case_no)
    page.get_by_label("Last four").fill(id_no[-4:])
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("Something is still missing")
    expect(page.get_by_role("main")).to_contain_text("Personnel archive")
    assert desk.barriers(page) == []
    desk.photograph(page, "missing")


def test_guessing_ends_after_five_tries_and_begins_anew_later(desk: Desk) -> None:
    case_no, id_no, _ = accept(desk.sign_in("T101"), "retirement_approval")
    wrong = "0000" if id_no[-4:] != "0000" else "1111"
    page = desk.visitor()
    desk.open(page, "/progress")
    for _ in range(5):
        ask(page, case_no, wrong)
        expect(page.get_by_role("alert")).to_contain_text("没有与此业务号和证件末四位相符的业务件")
    assert desk.barriers(page) == []
    desk.photograph(page, "nothing")
    ask(page, case_no, id_no[-4:])
    expect(page.get_by_role("alert")).to_contain_text("15分钟后再试")
    desk.photograph(page, "too-many")

    desk.clock.moment += timedelta(minutes=16)
    ask(page, case_no, id_no[-4:])
    expect(page.get_by_role("main")).to_contain_text("正在办理。")


def test_a_number_that_does_not_exist_is_answered_like_a_wrong_one(desk: Desk) -> None:
    page = desk.visitor()
    desk.open(page, "/progress")
    for case_no in ("9901012026110210000099", "x", "' OR 1=1"):
        ask(page, case_no, "1234")
        expect(page.get_by_role("alert")).to_contain_text("没有与此业务号和证件末四位相符的业务件")
    for _ in range(5):
        ask(page, "9901012026110210000099", "1234")
    expect(page.get_by_role("alert")).to_contain_text("15分钟后再试")
