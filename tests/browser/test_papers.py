"""Papers at the desk: faults in the one notice, a late one permitted, delivery, and who is not accepted."""

import re

from playwright.sync_api import Page, expect

from tests.desk import Desk
from tests.teller import Client, at_the_form

TANG_MIN = Client("610099198904045722", "唐敏")


def _waits_for_a_new_card(desk: Desk, page: Page) -> str:
    """The case that the teller accepts with a card that has expired; its number."""
    at_the_form(desk, page, TANG_MIN, "person_info_change_key")
    page.fill("[name='form.name']", "唐慧敏")
    page.select_option("[name='form.evidence_type']", "household_register")
    page.check("[name='materials.id_card']")
    expect(page.locator("#standing")).to_contain_text("填写完整")
    page.keyboard.press("F9")
    page.wait_for_url("**/check")
    desk.check(page, "check")
    desk.ready(page)
    page.get_by_text("须补正的材料和内容").first.click()
    page.select_option("[name='fault.material.id_card']", "expired")
    page.fill("[name='fault.material.id_card.text']", "有效期至 2026-05")
    desk.photograph(page, "check-faults", whole=True)
    page.get_by_role("button", name="受理").click()
    page.wait_for_url("**/desk/done/*")
    expect(page.locator("#state")).to_contain_text("已过有效期（有效期至 2026-05）")
    desk.check(page, "awaiting")
    return page.url.rpartition("/")[2]


def test_a_client_is_told_once_and_late_only_by_a_supervisor(desk: Desk) -> None:
    page = desk.sign_in("T101")
    case_no = _waits_for_a_new_card(desk, page)
    papers = f"/cases/{case_no}/papers"
    desk.open(page, papers)
    desk.check(page, "papers")
    desk.ready(page)
    page.select_option("[name='fault.field.name']", "not_as_original")
    page.get_by_role("button", name="出具告知书").click()
    expect(page.locator("[data-refused]")).to_contain_text("业务主管签注理由")

    supervisor = desk.sign_in("S101", window=(1280, 800))
    desk.open(supervisor, papers)
    desk.check(supervisor, "permit")
    desk.ready(supervisor)
    supervisor.check("[name='item.field.name']")
    supervisor.fill("#f-text", "首次告知时漏核户口簿")
    supervisor.get_by_role("button", name="签署准许").click()
    expect(supervisor.get_by_text("首次告知时漏核户口簿")).to_be_visible()

    desk.open(page, papers)
    page.select_option("[name='fault.field.name']", "not_as_original")
    page.get_by_role("button", name="出具告知书").click()
    notices = page.locator("section", has=page.locator("#notices-h"))
    expect(notices.get_by_role("table")).to_contain_text("补充告知")
    desk.open(supervisor, "/late-notices")
    expect(supervisor.get_by_role("table").first).to_contain_text("T101")
    desk.check(supervisor, "late-notices")

    desk.open(page, papers)
    page.locator("details summary", has_text=f"{case_no}-N1").click()
    page.locator("details[open] [name=reference]").fill("本人签收")
    page.locator("details[open]").get_by_role("button", name="登记").click()
    expect(page.get_by_text("本人签收")).to_be_visible()
    expect(page.get_by_role("cell", name=re.compile("窗口直接送达"))).to_be_visible()
    desk.check(page, "papers-delivered")


def test_who_is_not_accepted_gets_it_in_writing(desk: Desk) -> None:
    page = desk.sign_in("T101")
    page.get_by_role("link", name="不予受理").click()
    desk.ready(page)
    desk.check(page, "not-accepted")
    desk.ready(page)
    page.select_option("#f-process", "person_info_change_key")
    page.fill("[id='f-applicant.id_no']", TANG_MIN.id_no)
    page.fill("[id='f-applicant.name']", TANG_MIN.name)
    page.fill("#f-basis", "社会保险经办条例第七条")
    page.fill("#f-text", "参保关系在邻县，请到参保地办理。")
    page.get_by_role("button", name="登记并打印决定书").click()
    page.wait_for_url(re.compile("/desk/not-accepted/[0-9X]+$"))
    desk.check(page, "turned-away")
    paper = page.get_by_role("link", name="决定书").get_attribute("href")
    assert page.request.get(paper or "").body()[:4] == b"%PDF"
