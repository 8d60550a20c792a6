"""Second factors at a real browser: a security key by Chromium's virtual one, codes without JavaScript."""

import re

import pyotp
from playwright.sync_api import Page, expect

from database.clock import FixedClock
from tests.desk import Desk
from tests.people import PASSWORD

KEY = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasResidentKey": False,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def plug_in(page: Page) -> None:
    """A virtual USB key with a PIN in this browser."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})


def give_password(page: Page, staff_no: str) -> None:
    page.goto("/sign-in")
    page.fill("#f-staff_no", staff_no)
    page.fill("#f-password", PASSWORD)
    page.get_by_role("button", name="登录").click()


def test_a_security_key_is_enrolled_and_asked(desk: Desk) -> None:
    # Browsers bind no key to a bare number.
    desk.address = desk.address.replace("127.0.0.1", "localhost")
    page = desk.sign_in("R101")
    plug_in(page)
    desk.open(page, "/me/security")
    desk.check(page, "security")
    desk.ready(page)
    page.get_by_role("button", name="安全密钥或指纹").click()
    desk.ready(page)
    desk.photograph(page, "security-key")
    assert desk.barriers(page) == []
    page.fill("#f-label", "U盾")
    page.fill("#f-password", PASSWORD)
    page.get_by_role("button", name="请求安全密钥应答").click()
    expect(page.locator("#codes li")).to_have_count(8)
    desk.photograph(page, "recovery-codes")
    assert desk.barriers(page) == []
    spare = page.locator("#codes li").first.inner_text()
    page.get_by_role("link", name="已妥善保存").click()
    expect(page.get_by_role("cell", name="U盾")).to_be_visible()
    desk.check(page, "security-enrolled")

    desk.ready(page)
    page.get_by_role("button", name="退出").click()
    give_password(page, "R101")
    expect(page).to_have_url(re.compile("/sign-in/second-factor"))
    desk.ready(page)
    desk.check(page, "second-step")
    desk.ready(page)
    page.get_by_role("button", name="使用安全密钥").click()
    expect(page.locator(".me")).to_be_visible()

    other = desk.visitor(script=False)
    give_password(other, "R101")
    other.fill("#f-code", spare)
    other.get_by_role("button", name="继续").click()
    expect(other.locator(".me .mono")).to_have_text("R101")


def test_codes_without_javascript_once_a_post_demands_them(desk: Desk, clock: FixedClock) -> None:
    admin = desk.sign_in("secadmin", window=(1280, 720))
    desk.open(admin, "/second-factors")
    desk.check(admin, "second-factors-none")
    desk.ready(admin)
    admin.select_option("#f-agency", "990101")
    admin.select_option("#f-post", "teller")
    admin.fill("#f-basis", "等保整改〔2026〕1号")
    admin.get_by_role("button", name="登记要求").click()
    expect(admin.get_by_role("cell", name="等保整改")).to_be_visible()
    admin.fill("#f-staff_no", "R102")
    admin.fill("#f-reason", "令牌遗失，已核验身份")
    admin.get_by_role("button", name="申请").click()
    expect(admin.get_by_role("rowheader", name="R102")).to_be_visible()
    desk.check(admin, "second-factors")

    page = desk.visitor(script=False, window=(1280, 720))
    give_password(page, "T101")
    expect(page).to_have_url(re.compile("/me/security"))
    expect(page.locator(".note.warn-n")).to_contain_text("要求第二验证方式")
    page.get_by_role("button", name="动态口令器").click()
    secret = page.locator("#secret").inner_text().replace(" ", "")
    page.fill("#f-code", pyotp.TOTP(secret).at(clock.moment))
    page.fill("#f-password", PASSWORD)
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator("#codes li")).to_have_count(8)
    page.goto("/desk")
    expect(page.locator(".me .mono")).to_have_text("T101")


def test_the_page_of_codes(desk: Desk) -> None:
    page = desk.sign_in("T103", window=(1280, 720))
    desk.open(page, "/me/security")
    page.get_by_role("button", name="动态口令器").click()
    expect(page.locator("#secret")).to_be_visible()
    desk.check(page, "security-codes")
