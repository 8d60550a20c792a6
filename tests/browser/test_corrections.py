"""A completed case is corrected at the desk, from its own page; what was done is seen on every page of it."""

from playwright.sync_api import expect

from tests.desk import Desk
from tests.teller import Client, accepted, fill

MA_CHAO = Client("610099199801075317", "马超")


def test_a_teller_corrects_what_he_entered_wrongly(desk: Desk) -> None:
    page = desk.sign_in("T101")
    wrong = {"form.mobile": "13712345678"}
    number = accepted(desk, page, MA_CHAO, "person_info_change_general", wrong)
    desk.open(page, f"/cases/{number}")
    page.get_by_role("link", name="更正此件").click()
    page.wait_for_url("**/desk/new/case_correction?*")
    desk.ready(page)
    expect(page.locator("[name='form.corrected_case']")).to_have_value(number)
    desk.check(page, "form")
    desk.ready(page)
    said = {
        "form.reason_code": "office_error",
        "form.explanation": "手机号录入错误",
    }
    fill(page, said)
    page.fill("[name='form.papers.0.number']", f"{number}-R1")
    page.check("[name='materials.error_record']")
    page.keyboard.press("F9")
    page.wait_for_url("**/check")
    desk.ready(page)
    desk.photograph(page, "check", whole=True)
    page.keyboard.press("F9")
    page.wait_for_url("**/desk/done/*")
    desk.ready(page)
    correction = page.url.rpartition("/")[2]

    desk.open(page, f"/cases/{correction}")
    expect(page.locator(".case-head")).to_contain_text(f"更正业务件 {number}")
    desk.check(page, "correction")
    desk.open(page, f"/cases/{number}")
    expect(page.locator(".case-head")).to_contain_text(f"已由业务件更正 {correction}")
    expect(page.get_by_role("link", name="更正此件")).to_have_count(0)
    desk.check(page, "corrected")
    desk.open(page, f"/cases/{number}/papers")
    expect(page.get_by_text("已收回")).to_be_visible()
    desk.check(page, "papers")
    desk.open(page, "/cases")
    expect(page.get_by_role("row", name=number)).to_contain_text("已更正")
    desk.check(page, "list")
    archivist = desk.sign_in("V101", window=(1280, 800))
    for file, other in ((number, correction), (correction, number)):
        desk.open(archivist, f"/archive/cases/{file}")
        expect(archivist.get_by_role("table", name="参见")).to_contain_text(other)
    desk.open(archivist, f"/archive/cases/{number}")
    desk.check(archivist, "archive-file")
    public = desk.visitor(window=(1280, 800))
    desk.open(public, "/progress")
    fill(public, {"case_no": number, "last_four": MA_CHAO.id_no[-4:]})
    public.keyboard.press("Enter")
    expect(public.get_by_text(f"该业务已由{correction}更正")).to_be_visible()
    assert desk.barriers(public) == []
    desk.photograph(public, "progress")
