"""Passwords at the browser: one's own changed, and a lost one set anew by the halves that two people tell."""

import re

from playwright.sync_api import expect

from tests.desk import Desk
from tests.people import PASSWORD

ANOTHER = "another-tongban"


def test_changing_one_s_own(desk: Desk) -> None:
    page = desk.sign_in("T103")
    desk.open(page, "/me")
    page.fill("#f-password", PASSWORD)
    page.fill("#f-new_password", ANOTHER)
    page.fill("#f-again", ANOTHER + "x")
    page.get_by_role("button", name="修改密码").click()
    expect(page.get_by_role("alert")).to_contain_text("两次输入的新密码不一致")
    desk.photograph(page, "password-again")
    assert desk.barriers(page) == []

    page.fill("#f-again", ANOTHER)
    page.get_by_role("button", name="修改密码").click()

    expect(page).to_have_url(re.compile("/sign-in"))
    expect(page.locator("#f-staff_no")).to_have_value("T103")
    page.fill("#f-password", ANOTHER)
    page.get_by_role("button", name="登录").click()
    expect(page.locator(".me")).to_be_visible()


def test_a_lost_one_takes_two_people(desk: Desk) -> None:
    one = desk.sign_in("admin")
    desk.open(one, "/password-resets")
    one.fill("#f-staff_no", "T103")
    one.fill("#f-reason", "本人到场，已核验身份证")
    one.get_by_role("button", name="申请").click()
    first = one.locator("#half").inner_text()
    other = desk.sign_in("C001")
    desk.open(other, "/password-resets")
    desk.check(other, "password-resets")
    desk.ready(other)
    other.get_by_role("button", name="确认").click()
    second = other.locator("#half").inner_text()
    desk.photograph(other, "password-half")
    assert desk.barriers(other) == []

    page = desk.visitor()
    page.goto("/sign-in")
    page.get_by_role("link", name="忘记密码").click()
    desk.check(page, "password-by-code")
    for code in (first, f"{first} {second}"):
        page.fill("#f-staff_no", "T103")
        page.fill("#f-code", code)
        page.fill("#f-new_password", ANOTHER)
        page.fill("#f-again", ANOTHER)
        page.get_by_role("button", name="设置密码").click()

    expect(page).to_have_url(re.compile("/sign-in"))
    page.fill("#f-password", ANOTHER)
    page.get_by_role("button", name="登录").click()
    expect(page.locator(".me")).to_be_visible()
