"""权益记录 at the desk: a number leads to the whole record, and every value to its case."""

import re

from playwright.sync_api import expect

from tests.browser.test_queue import accept
from tests.desk import Desk


def test_a_value_leads_back_to_its_case(desk: Desk) -> None:
    page = desk.sign_in("T101")
    case_no = accept(page, "person_info_change_general", 3)
    demo = page.request.get("/api/demo").json()
    id_no = demo["examples"]["person_info_change_general"][0]["applicant"]["id_no"]
    desk.open(page, "/register")
    desk.check(page, "search")
    desk.ready(page)
    page.fill("#f-number", id_no[:-1] + "A")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#f-number")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("form[data-busy]")).to_have_count(0)
    assert desk.barriers(page) == []

    page.fill("#f-number", id_no)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/register/persons/"))
    assert id_no not in page.url
    expect(page.get_by_role("main")).not_to_contain_text(id_no)
    # Codes are read as words.
    expect(page.get_by_role("main")).not_to_contain_text(re.compile("senior|college|bachelor"))
    desk.check(page, "person")
    desk.photograph(page, "person-whole", whole=True)
    page.locator("main details summary").first.click()
    expect(page.locator("main details table").first).to_be_visible()
    assert desk.barriers(page) == []
    page.get_by_role("link", name=case_no).first.click()
    expect(page.locator("main")).to_contain_text(case_no)


def test_an_employer_and_its_agency(desk: Desk) -> None:
    page = desk.sign_in("A101")
    employer = page.request.get("/api/demo").json()["employers"][0]
    desk.open(page, "/register")
    page.select_option("#f-kind", "employer")
    page.fill("#f-number", employer["uscc"])
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/register/employers/"))
    expect(page.get_by_role("heading", level=1)).to_have_text(employer["name"])
    desk.check(page, "employer")


def test_another_agencys_record_is_none(desk: Desk) -> None:
    page = desk.sign_in("T101")
    id_no = page.request.get("/api/demo").json()["persons"][0]["id_no"]
    desk.open(page, "/register")
    page.fill("#f-number", id_no)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/register/persons/"))
    elsewhere = desk.sign_in("T201")
    answer = elsewhere.goto(page.url)
    assert answer is not None
    assert answer.status == 404
