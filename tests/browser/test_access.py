"""Sign-in by an identity service at another site, without JavaScript; who is bound, and sessions ended."""

import re
from datetime import UTC, datetime

from playwright.sync_api import expect

from api.application import Application
from api.outside.issuer import Issuer
from api.outside.provider import Provider
from database.clock import FixedClock
from tests import identity_provider
from tests.desk import Desk
from tests.people import PASSWORD


def test_from_another_site_and_back(
    desk: Desk, application: Application, clock: FixedClock
) -> None:
    clock.moment = datetime.now(UTC)
    # The service's own pages want a style sheet from the internet.
    desk.allowed.append(re.compile("Failed to load resource: net::ERR_"))
    # For a browser localhost is another site than 127.0.0.1, whose strict cookies it keeps back.
    with identity_provider.real("localhost") as issuer:
        known = Issuer(issuer, identity_provider.CLIENT, "secret", desk.address)
        application.state.provider = Provider(known)
        keeper = desk.sign_in("secadmin", window=(1280, 720))
        desk.open(keeper, "/access")
        desk.check(keeper, "access-none")
        desk.ready(keeper)
        keeper.fill("#f-staff_no", "Z101")
        keeper.fill("#f-subject", "zhou")
        keeper.fill("#f-basis", "统一身份目录〔2026〕1号")
        keeper.get_by_role("button", name="登记绑定").click()
        expect(keeper.get_by_role("cell", name="zhou")).to_be_visible()

        page = desk.visitor(script=False, window=(1280, 720))
        page.goto("/sign-in?next=/queue")
        desk.photograph(page, "sign-in")
        page.get_by_role("link", name="统一认证登录").click()
        page.fill("input[name=sub]", "zhou")
        page.locator("button[type=submit], input[type=submit], button").first.click()
        expect(page).to_have_url(re.compile("/queue$"))
        expect(page.locator(".me .mono")).to_have_text("Z101")
        page.goto("/me/security")
        page.fill("#f-unlock", PASSWORD)
        page.get_by_role("button", name="启用本人签名密钥").click()
        expect(page.locator("#f-unlock")).to_have_count(0)

        desk.open(keeper, "/access?staff_no=Z101")
        expect(keeper.get_by_role("cell", name="统一认证", exact=True)).to_be_visible()
        desk.check(keeper, "access")
        desk.ready(keeper)
        keeper.fill("#f-reason", "工作站遗失")
        keeper.get_by_role("button", name="全部结束").click()
        expect(keeper.get_by_role("cell", name="统一认证", exact=True)).to_have_count(0)
        page.goto("/queue")
        expect(page).to_have_url(re.compile("/sign-in"))

        page.get_by_role("link", name="统一认证登录").click()
        page.fill("input[name=sub]", "zhou")
        page.locator("button[type=submit], input[type=submit], button").first.click()
        expect(page.locator(".me .mono")).to_have_text("Z101")
        page.get_by_role("button", name="退出").click()
        expect(page).to_have_url(re.compile(r"localhost:\d+/oauth2/end_session"))
