"""The board at the browser: each chart is drawn from its table, and without a script the tables say it."""

from playwright.sync_api import expect

from tests.desk import Desk
from tests.people import PASSWORD, Hall

CHARTS = 6


def test_the_board_draws_its_tables(desk: Desk, hall: Hall) -> None:
    hall.T101.accept(hall.example("account_adjustment", 1, "county"))
    hall.T102.accept(hall.example("person_info_change_general", 3))
    hall.T102.accept(hall.example("payment_account_change", 2))
    page = desk.sign_in("S101")
    page.emulate_media(reduced_motion="reduce")
    desk.open(page, "/board")
    expect(page.locator(".kpis")).to_contain_text("受理")
    expect(page.locator(".chart[data-drawn] canvas")).to_have_count(CHARTS)
    windows = page.locator("#windows-t")
    expect(windows).to_be_hidden()
    page.locator("section:has(#windows-t) summary").press("Enter")
    expect(windows).to_be_visible()
    expect(windows.locator("tr", has_text="T102")).to_have_count(1)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert desk.barriers(page) == []
    desk.check(page, "board")

    director = desk.sign_in("D101")
    desk.open(director, "/board")
    expect(director.locator("#windows-t")).not_to_contain_text("T102")

    plain = desk.visitor(script=False)
    plain.goto("/sign-in")
    plain.fill("#f-staff_no", "S101")
    plain.fill("#f-password", PASSWORD)
    plain.keyboard.press("Enter")
    plain.wait_for_url(lambda url: "/sign-in" not in url)
    plain.goto("/board?agency=990101&day=")
    expect(plain.locator("#windows-t")).to_be_visible()
    expect(plain.locator(".chart").first).to_be_hidden()
