"""The main action is in sight without scrolling, on screens that offices have; a case prints as paper."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_queue import accept, row
from tests.desk import Desk
from tests.teller import Client, at_the_form, checked, fill

SCREENS = [(1366, 768), (1440, 900)]
MA_CHAO = Client("610099199801075317", "马超")
GENERAL = "person_info_change_general"
MOBILE = {"form.mobile": "13912345678"}


def in_sight(page: Page, action: Locator) -> None:
    """The page is at its top, and the whole of the action within the window."""
    expect(action).to_be_visible()
    assert page.evaluate("scrollY") == 0
    box, window = action.bounding_box(), page.viewport_size
    assert box is not None
    assert window is not None
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= window["width"], box
    assert box["y"] + box["height"] <= window["height"], box


@pytest.mark.parametrize("screen", SCREENS, ids=["1366", "1440"])
def test_the_signers_actions_are_in_sight(desk: Desk, screen: tuple[int, int]) -> None:
    case_no = accept(desk.sign_in("T101"), "retirement_approval", 1)
    page = desk.sign_in("R101", window=screen)

    in_sight(page, page.locator("[data-next]"))
    in_sight(page, row(page, case_no).get_by_role("link", name="打开"))
    desk.open(page, f"/cases/{case_no}")
    in_sight(page, page.locator(".sign-bar button"))


@pytest.mark.parametrize("screen", SCREENS, ids=["1366", "1440"])
def test_the_tellers_actions_are_in_sight(desk: Desk, screen: tuple[int, int]) -> None:
    page = desk.sign_in("T101", window=screen)

    in_sight(page, page.locator("[name='applicant.id_no']"))
    at_the_form(desk, page, MA_CHAO, GENERAL)
    in_sight(page, page.locator("button[data-key=F9]"))
    fill(page, MOBILE)
    in_sight(page, page.locator("button[data-key=F9]"))
    checked(desk, page, MA_CHAO, GENERAL, MOBILE)
    in_sight(page, page.locator("button[data-key=F9]"))
    page.keyboard.press("F9")
    page.wait_for_url("**/desk/done/*")
    desk.ready(page)
    in_sight(page, page.locator("a[data-key=F9]"))


def test_a_case_prints_without_what_is_for_the_screen(desk: Desk) -> None:
    case_no = accept(desk.sign_in("T101"), "retirement_approval", 1)
    page = desk.sign_in("R101")
    desk.open(page, f"/cases/{case_no}")
    expect(page.locator(".topbar")).to_be_visible()

    page.emulate_media(media="print")

    for gone in (".topbar", "main .noprint"):
        for found in page.locator(gone).all():
            expect(found).to_be_hidden()
    expect(page.locator(".signs").first).to_be_visible()
    expect(page.get_by_text(case_no).first).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    # Nothing is cut off at the paper's edge: A4 with the margins of the style is 186 mm wide.
    page.set_viewport_size({"width": 703, "height": 1000})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_an_approval_form_is_a_printable_document(desk: Desk) -> None:
    teller = desk.sign_in("T101")
    case_no = accept(teller, "retirement_approval", 1)

    form = teller.request.get(f"/api/cases/{case_no}/approval-form")

    assert form.headers["content-type"] == "application/pdf"
    assert form.body().startswith(b"%PDF")


def test_a_page_jumps_and_does_not_glide(desk: Desk) -> None:
    """What is clicked while a page still moves is missed."""
    page = desk.sign_in("T101")

    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
