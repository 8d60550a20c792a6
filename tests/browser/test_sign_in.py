"""Signing in at the browser: by keyboard, without JavaScript, when it goes wrong, and again after a break."""

import re
from datetime import timedelta

from playwright.sync_api import expect

from tests.desk import Desk
from tests.people import PASSWORD

PHONE = (390, 844)


def test_by_keyboard_alone_and_out_again(desk: Desk) -> None:
    page = desk.visitor()
    page.goto("/")
    expect(page).to_have_url(re.compile("/sign-in$"))
    desk.check(page, "sign-in")

    # The staff number has the focus.
    page.keyboard.type("A101")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.locator(".me")).to_contain_text("冯洁")
    expect(page.locator(".me")).to_contain_text("稽核")
    desk.open(page, "/me")
    desk.check(page, "me")
    page.get_by_role("button", name="退出").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/sign-in$"))
    page.goto("/me")
    expect(page).to_have_url(re.compile("/sign-in"))


def test_signing_out_in_one_tab_empties_the_others(desk: Desk) -> None:
    page = desk.sign_in("T101")
    desk.open(page, "/me")
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator(".me")).to_contain_text("T101")

    page.get_by_role("button", name="退出").click()

    expect(page).to_have_url(re.compile("/sign-in$"))
    expect(other).to_have_url(re.compile("/sign-in$"))
    expect(other.locator("body")).not_to_contain_text("王芳 T101")


def test_a_click_on_a_demo_account_fills_in_both(desk: Desk) -> None:
    page = desk.visitor()
    page.goto("/sign-in?next=/me")
    page.get_by_role("link", name=re.compile("R101")).click()

    expect(page.locator("#f-staff_no")).to_have_value("R101")
    expect(page.get_by_role("button", name="登录")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("/me$"))
    expect(page.locator(".me")).to_contain_text("陈明")


def test_without_javascript_on_a_phone(desk: Desk) -> None:
    page = desk.visitor(script=False, window=PHONE)
    page.goto("/me")
    desk.photograph(page, "phone", whole=True)
    width = page.locator("html").bounding_box()
    assert width is not None
    assert width["width"] <= PHONE[0]
    page.fill("#f-staff_no", "T101")
    page.fill("#f-password", PASSWORD)
    page.get_by_role("button", name="登录").click()

    expect(page).to_have_url(re.compile("/me$"))
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("My account")
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("h1")).to_have_text("Sign in")


def test_a_wrong_password_says_so_and_keeps_the_number(desk: Desk) -> None:
    page = desk.visitor()
    page.goto("/sign-in?next=/me")
    page.fill("#f-staff_no", "T101")
    page.fill("#f-password", "not-this-one")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_have_text("工号或密码不正确。")
    expect(page.locator("#f-staff_no")).to_have_value("T101")
    expect(page.locator("#f-password")).to_be_focused()
    assert desk.barriers(page) == []
    desk.photograph(page, "wrong-password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/me$"))


def test_a_session_that_ended_leads_back(desk: Desk) -> None:
    page = desk.sign_in("T101")
    desk.clock.moment += timedelta(minutes=61)

    page.goto("/me?x=1")

    expect(page.get_by_role("status").filter(has_text="登录已到期")).to_be_visible()
    desk.photograph(page, "session-ended")
    page.fill("#f-staff_no", "T101")
    page.fill("#f-password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/me\?x=1$"))


def test_a_double_click_sends_once(desk: Desk) -> None:
    page = desk.visitor()
    page.goto("/sign-in?next=/me")
    desk.ready(page)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.fill("#f-staff_no", "T101")
    page.fill("#f-password", PASSWORD)
    page.get_by_role("button", name="登录").dblclick()

    expect(page).to_have_url(re.compile("/me$"))
    assert sent.count("POST") == 1


def test_another_language_on_the_same_page(desk: Desk) -> None:
    page = desk.sign_in("T101")
    desk.open(page, "/me")
    page.get_by_role("button", name="English").click()

    expect(page.locator("h1")).to_have_text("My account")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("h1")).to_have_text("我的账号")


def test_keys_are_told_and_can_be_switched_off(desk: Desk) -> None:
    page = desk.sign_in("T101")
    desk.open(page, "/me")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert desk.barriers(page) == []
    desk.photograph(page, "keys")
    page.keyboard.press("Escape")

    page.get_by_role("checkbox").uncheck()
    page.locator("h1").click()
    page.keyboard.press("?")

    expect(page.get_by_role("dialog")).to_be_hidden()


def test_nothing_there_is_said_in_both_languages(desk: Desk) -> None:
    page = desk.sign_in("T101")
    page.goto("/no-such-page")

    expect(page.locator("h1")).to_have_text("这里没有内容")
    desk.check(page, "nothing-there")
