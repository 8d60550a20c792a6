"""The bar of places: gathered in groups, one line for every post, open by keyboard and without a script."""

import pytest
from playwright.sync_api import Page, expect

from tests.desk import Desk

NARROW = (1280, 800)
ONE_LINE = 52


def height(page: Page) -> float:
    box = page.locator("header.topbar").bounding_box()
    assert box is not None
    return box["height"]


@pytest.mark.parametrize("staff_no", ["S101", "A101", "C001", "Z101", "T101", "admin"])
def test_the_places_of_a_post_fit_one_line(desk: Desk, staff_no: str) -> None:
    page = desk.sign_in(staff_no, window=NARROW)
    assert height(page) <= ONE_LINE
    desk.check(page, f"places-{staff_no}")
    cookie = {"name": "tongban_language", "value": "en", "url": desk.address}
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    desk.open(page, page.url)
    assert height(page) <= ONE_LINE


def test_a_group_opens_by_keyboard_and_shows_where_one_is(desk: Desk) -> None:
    page = desk.sign_in("S101", window=NARROW)
    desk.open(page, "/staffing")
    here = page.locator(".topnav details.here")
    expect(here).to_have_count(1)
    expect(here.locator("summary")).to_have_text("授权与人员")
    here.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(here.get_by_role("link", name="人员缺口")).to_have_attribute("aria-current", "page")
    desk.photograph(page, "places-open")
    assert desk.barriers(page) == []
    page.keyboard.press("Tab")
    expect(here.get_by_role("link").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(here).not_to_have_attribute("open", "")
    expect(here.locator("summary")).to_be_focused()


def test_a_group_opens_without_a_script(desk: Desk) -> None:
    page = desk.visitor(script=False, window=NARROW)
    page.goto("/sign-in")
    page.fill("#f-staff_no", "S101")
    page.fill("#f-password", "tongban-demo")
    page.keyboard.press("Enter")
    page.locator(".topnav summary").first.click()
    expect(page.locator(".topnav details[open] a").first).to_be_visible()
