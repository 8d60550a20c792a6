"""What comes after the form: scans, the notice, the wait for a reviewer seen live, and a correction."""

import re

from playwright.sync_api import expect

from tests.desk import Desk
from tests.teller import Client, at_the_form, checked, key_data

TANG_MIN = Client("610099198904045722", "唐敏")


def test_missing_materials_lead_to_the_notice_and_back(desk: Desk) -> None:
    page = at_the_form(desk, desk.sign_in("T101"), TANG_MIN, "person_info_change_key")
    page.fill("[name='form.name']", "唐慧敏")
    page.select_option("[name='form.evidence_type']", "household_register")
    expect(page.locator("#standing")).to_have_text(re.compile("^\\s*缺材料 1 份\\s*$"))
    page.keyboard.press("F8")
    page.wait_for_url("**/check")
    desk.photograph(page, "notice-check")
    page.keyboard.press("F9")
    page.wait_for_url("**/desk/done/*")

    desk.check(page, "awaiting")
    expect(page.locator("#state")).to_contain_text("居民身份证")
    expect(page.get_by_role("link", name="一次性告知")).to_have_attribute(
        "href", re.compile("notice.pdf$")
    )
    page.get_by_role("link", name="补正、补材料").click()
    expect(page.locator(".returned")).to_contain_text(re.compile("待补材料：\\s*居民身份证"))
    desk.ready(page)
    page.check("[name='materials.id_card']")
    expect(page.locator("#standing")).to_contain_text("填写完整")
    page.keyboard.press("F9")
    page.wait_for_url("**/check")
    page.keyboard.press("F9")
    page.wait_for_url("**/desk/done/*")
    expect(page.locator("#state")).to_contain_text("复核岗位正在复核")


def test_a_scan_is_taken_shown_and_kept(desk: Desk) -> None:
    page = at_the_form(desk, desk.sign_in("T101"), TANG_MIN, "person_info_change_key")
    row = page.locator("[data-material=id_card]")
    expect(row).to_contain_text("缺")
    row.locator("[data-upload]").set_input_files(
        {"name": "a.txt", "mimeType": "text/plain", "buffer": b"no scan"}
    )
    expect(page.get_by_role("alert")).to_contain_text(
        re.compile("文件未接收：\\s*a.txt.*文件不是 PDF")
    )
    picture = page.screenshot()
    row.locator("[data-upload]").set_input_files(
        {"name": "id.png", "mimeType": "image/png", "buffer": picture}
    )
    expect(row).to_contain_text("已扫描")
    row.get_by_role("link", name="查看").click()
    expect(page.locator("#preview img")).to_be_visible()
    desk.photograph(page, "preview")
    page.keyboard.press("Escape")
    expect(page.locator("#saved")).to_contain_text(re.compile(r"已暂存 \d\d:\d\d:\d\d"))
    page.reload()
    expect(row).to_contain_text("已扫描")


def test_level_two_is_seen_live_while_the_client_waits(desk: Desk) -> None:
    page = desk.sign_in("T101")
    case_no = key_data(desk, page, TANG_MIN, {"form.name": "唐慧敏"})
    expect(page.locator("#state")).to_contain_text("复核岗位正在复核")
    desk.check(page, "waiting")
    desk.ready(page)

    reviewer = desk.sign_in("R101")
    case = reviewer.request.get(f"/api/cases/{case_no}").json()
    task = case["waiting"][0]["task_id"]
    answer = reviewer.request.post(
        f"/api/tasks/{task}/sign",
        headers={"Idempotency-Key": "live"},
        data={"decision": "approve", "opinion": "同意", "seen": case["seen"]},
    )
    assert answer.ok, answer.text()

    expect(page.locator("#status-title")).to_have_text("已办结")
    expect(page.get_by_role("link", name="回执")).to_be_visible()
    expect(page.locator(".way")).to_contain_text("陈明 R101")
    desk.photograph(page, "live-done")
    assert desk.barriers(page) == []


def test_a_returned_case_is_corrected_on_its_own_form(desk: Desk) -> None:
    page = desk.sign_in("T101")
    case_no = key_data(desk, page, TANG_MIN, {"form.name": "唐惠敏"})
    reviewer = desk.sign_in("R101")
    case = reviewer.request.get(f"/api/cases/{case_no}").json()
    task = case["waiting"][0]["task_id"]
    said = {"decision": "return", "opinion": "姓名第二字与户口簿不符", "seen": case["seen"]}
    answer = reviewer.request.post(
        f"/api/tasks/{task}/sign",
        headers={"Idempotency-Key": "return"},
        data={**said, "reasons": ["data_differ"]},
    )
    assert answer.ok, answer.text()
    desk.open(page, "/desk")
    page.get_by_role("link", name=re.compile("个人关键信息变更 已退回")).click()
    desk.ready(page)

    expect(page.locator(".returned")).to_contain_text("姓名第二字与户口簿不符")
    expect(page.locator("[name='form.name']")).to_have_value("")
    expect(page.locator("[id='h-form.name']")).to_contain_text("留空则不变：唐**")
    expect(page.locator("[name='form.evidence_type']")).to_have_value("household_register")
    desk.check(page, "correction")
    desk.ready(page)
    page.fill("[name='form.name']", "唐慧敏")
    expect(page.locator("#standing")).to_contain_text("填写完整")
    page.keyboard.press("F9")
    page.wait_for_url("**/check")
    desk.photograph(page, "correction-check")
    page.keyboard.press("F9")
    page.wait_for_url("**/desk/done/*")

    expect(page.locator("#state")).to_contain_text("复核岗位正在复核")
    after = reviewer.request.get(f"/api/cases/{case_no}").json()
    assert (after["cycle"], after["status"]) == (2, "in_progress")


def test_the_client_signs_what_the_check_page_shows(desk: Desk) -> None:
    said = {"form.name": "唐慧敏", "form.evidence_type": "household_register"}
    page = checked(desk, desk.sign_in("T101"), TANG_MIN, "person_info_change_key", said)
    pad = page.locator(".pad")
    page.get_by_role("button", name="采集签名").click()
    expect(page.get_by_role("alert")).to_contain_text("尚未签名")
    place = pad.bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + 60, place["y"] + 100)
    page.mouse.down()
    for step in range(8):
        page.mouse.move(place["x"] + 60 + 30 * step, place["y"] + (40 if step % 2 else 110))
    page.mouse.up()
    page.keyboard.press("F9")
    expect(page.get_by_role("alert")).to_contain_text("请先采集签名或清除")
    desk.photograph(page, "drawn", whole=True)
    assert desk.barriers(page) == []
    page.get_by_role("button", name="采集签名").click()
    expect(page.locator("[data-look]")).to_be_visible()
    page.keyboard.press("F9")
    page.wait_for_url("**/desk/done/*")

    page.get_by_role("link", name="打开业务件").click()
    expect(page.locator("#materials")).to_contain_text("申请人签名或手印")
    desk.photograph(page, "signed")
