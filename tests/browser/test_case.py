"""A case on its page: what it shows, and what its reader may not do and why."""

import re

import typst
from playwright.sync_api import expect

from tests.browser.test_queue import accept
from tests.desk import Desk


def test_a_reviewer_sees_all_of_a_case(desk: Desk) -> None:
    teller = desk.sign_in("T101")
    case_no = accept(teller, "retirement_approval", 1)
    page = desk.sign_in("R101")
    desk.open(page, f"/cases/{case_no}")

    expect(page.get_by_role("heading", level=1)).to_have_text("退休审批")
    expect(page.locator(".signs .now")).to_contain_text("复核")
    expect(page.locator("#derivation header")).to_contain_text("待核实")
    page.locator("#derivation summary").click()
    expect(page.locator("#derivation details")).to_contain_text("示范省演示值")
    desk.check(page, "case-reviewer")
    desk.photograph(page, "case-reviewer-whole", whole=True)
    desk.ready(page)
    page.get_by_role("button", name="显示流程图").click()
    expect(page.locator("[data-drawn]")).to_be_visible()
    expect(page.locator(".way-mark.is-now")).to_have_text("● 待签")
    desk.photograph(page, "case-diagram")
    assert desk.barriers(page) == []
    expect(page.locator("[data-opened=diagram]")).to_contain_text(re.compile(r"\d\d:\d\d"))


def test_who_may_not_sign_reads_why_and_who_could(desk: Desk) -> None:
    teller = desk.sign_in("T101")
    case_no = accept(teller, "person_info_change_key", 2)
    desk.open(teller, f"/cases/{case_no}")

    sign = teller.get_by_role("button", name="签字")
    expect(sign).to_have_attribute("aria-disabled", "true")
    sign.focus()
    expect(sign).to_be_focused()
    expect(teller.locator("#why-sign")).to_contain_text("R101")
    desk.check(teller, "case-teller")


def test_a_case_is_found_in_the_list_by_its_number(desk: Desk) -> None:
    page = desk.sign_in("T101")
    instant = accept(page, "person_info_change_key", 2)
    limited = accept(page, "retirement_approval", 1)
    auditor = desk.sign_in("A101")
    desk.open(auditor, "/cases")
    expect(auditor.locator("[data-open]")).to_have_text([limited, instant])
    desk.check(auditor, "cases")
    desk.ready(auditor)
    auditor.keyboard.press("/")
    auditor.keyboard.type(instant)
    auditor.keyboard.press("Enter")
    expect(auditor).to_have_url(re.compile(f"/cases/{instant}$"))

    desk.open(auditor, "/cases?status=refused")
    expect(auditor.get_by_text("没有找到业务件")).to_be_visible()
    desk.check(auditor, "cases-none")
    desk.open(auditor, "/cases?process=retirement_approval")
    auditor.keyboard.press("j")
    auditor.keyboard.press("Enter")
    expect(auditor).to_have_url(re.compile(f"/cases/{limited}$"))


def test_a_scan_that_is_a_pdf_is_read_beside_the_data(desk: Desk) -> None:
    teller = desk.sign_in("T101")
    stored = teller.request.post(
        "/api/files",
        headers={"Idempotency-Key": "pdf"},
        multipart={
            "file": {
                "name": "id.pdf",
                "mimeType": "application/pdf",
                "buffer": typst.compile(b"#set page(width: 90mm, height: 60mm)\nID card"),
            }
        },
    ).json()["file"]
    case_no = accept(teller, "person_info_change_key", 2, files={"id_card": stored})
    page = desk.sign_in("R101")
    desk.open(page, f"/cases/{case_no}")
    with page.expect_response(lambda answer: answer.url.endswith(stored)):
        page.get_by_role("link", name=re.compile("查看")).click()
    framed = page.locator("#preview iframe")
    expect(framed).to_be_visible()
    expect(page.locator("#preview img")).to_be_hidden()
    assert f"/cases/{case_no}/scans/{stored}#" in str(framed.get_attribute("src"))
    desk.photograph(page, "case-scan-pdf")
    assert desk.barriers(page) == []
    page.keyboard.press("Escape")
    expect(framed).to_be_hidden()
    expect(page.locator("[data-opened='material:id_card']")).to_contain_text("✓")


def test_a_scan_is_looked_at_and_noted_and_a_signed_form_added(desk: Desk) -> None:
    teller = desk.sign_in("T101")
    picture = teller.screenshot()
    stored = teller.request.post(
        "/api/files",
        headers={"Idempotency-Key": "scan"},
        multipart={"file": {"name": "id.png", "mimeType": "image/png", "buffer": picture}},
    ).json()["file"]
    case_no = accept(teller, "person_info_change_key", 2, files={"id_card": stored})
    page = desk.sign_in("R101")
    desk.open(page, f"/cases/{case_no}")
    page.get_by_role("link", name=re.compile("查看")).click()
    expect(page.locator("#preview img")).to_be_visible()
    desk.photograph(page, "case-scan")
    assert desk.barriers(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("[data-opened='material:id_card']")).to_contain_text("✓")

    desk.open(teller, f"/cases/{case_no}")
    signed = {"name": "form.png", "mimeType": "image/png", "buffer": page.screenshot()}
    teller.locator("[data-signed-scan]").set_input_files(signed)  # type: ignore[arg-type]
    expect(teller.locator("#materials")).to_contain_text("手签审批表 1")
    expect(teller.locator("#journal")).to_contain_text("补传手签审批表")
    other = desk.sign_in("T201")
    assert other.request.get(f"/cases/{case_no}/scans/{stored}").status == 404
