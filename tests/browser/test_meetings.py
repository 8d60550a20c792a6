"""A city meeting in the browser: from its agenda to the head's signature, which rests on its decision."""

from pathlib import Path

from playwright.sync_api import expect
from starlette.testclient import TestClient

from api.application import Application
from tests import met_office
from tests.desk import Desk
from tests.people import PASSWORD, Hall

NO = "处务会议〔2026〕41号"


def test_a_meeting_from_agenda_to_signature(
    desk: Desk, application: Application, tmp_path: Path
) -> None:
    case_no = met_office.waiting(Hall(TestClient(application, client=("127.0.0.1", 5000))))
    page = desk.sign_in("R001")
    desk.open(page, "/meetings")
    page.fill("#f-minutes_no", NO)
    page.get_by_role("checkbox", name=case_no).check()
    desk.photograph(page, "meetings-opening", whole=True)
    assert desk.barriers(page) == []
    page.get_by_role("button", name="登记会议并列议程").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(NO)
    scan = tmp_path / "minutes.pdf"
    scan.write_bytes(b"%PDF-1.7 minutes")
    page.set_input_files("#f-file", scan)
    page.get_by_role("button", name="保存扫描件").click()
    page.wait_for_url("**/meetings/*?scan=*")
    desk.ready(page)
    page.fill("#f-attendees", "华振国、严峻，曹阳")
    page.get_by_role("radio", name="同意", exact=True).check()
    page.locator(f"[id='f-words.{case_no}']").fill("同意，按核定标准调整")
    page.get_by_role("button", name="登记会议纪要").click()
    expect(page.get_by_role("row", name=case_no)).to_contain_text("按核定标准调整")
    desk.check(page, "meeting-recorded")

    head = desk.sign_in("H001", window=(1280, 800))
    desk.open(head, "/meetings")
    desk.check(head, "meetings-list")
    desk.ready(head)
    head.get_by_role("link", name=NO).click()
    head.get_by_role("button", name="结束会议").click()
    expect(head.get_by_text("已结束", exact=True)).to_be_visible()
    desk.open(head, f"/cases/{case_no}")
    expect(head.locator(".case-head")).to_contain_text(NO)
    expect(head.locator("[id='f-resolution.minutes_no']")).to_have_count(0)
    desk.photograph(head, "meeting-case", whole=True)
    assert desk.barriers(head) == []
    head.keyboard.press("Alt+1")
    head.locator("#f-password").fill(PASSWORD)
    head.keyboard.press("Control+Enter")
    head.wait_for_url(f"**/cases/{case_no}?signed=1")
    expect(head.locator("h1 ~ .chip").first).to_have_text("已办结")
