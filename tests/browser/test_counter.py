"""The teller's desk: from the client's number to the receipt, by keyboard, live and without a mouse."""

import re
from io import BytesIO

import pypdf
from playwright.sync_api import expect

from tests.desk import Desk
from tests.teller import Client, accepted, at_the_form, checked

YANG_FAN = Client("610099199105205114", "杨帆")
MA_CHAO = Client("610099199801075317", "马超")
FENG_DECAI = Client("610099195811025614", "冯德才")
QINCHUAN = Client("91440300708461136T", "青山县秦川机械制造有限公司", employer=True)


def test_the_whole_picture_comes_before_the_business(desk: Desk) -> None:
    page = desk.sign_in("T101")
    expect(page).to_have_url(re.compile("/desk$"))
    desk.check(page, "desk")
    desk.ready(page)

    page.keyboard.type("61009919910520511")
    picture = page.locator("#picture")
    expect(picture).to_contain_text("不是有效的公民身份号码")
    page.keyboard.type("4")
    expect(picture).to_contain_text("参保缴费")
    expect(picture).to_contain_text("杨*")
    page.keyboard.press("Tab")
    page.keyboard.type("杨凡")
    expect(picture).to_contain_text("所录姓名与登记不符")
    page.fill("[name='applicant.name']", "杨帆")
    expect(picture).to_contain_text("号码、姓名与登记一致")
    desk.photograph(page, "picture")
    assert desk.barriers(page) == []
    page.fill("[name='applicant.id_no']", FENG_DECAI.id_no)
    expect(picture).to_contain_text("已达法定退休年龄")
    expect(picture).to_contain_text("缴费处于中断状态")
    page.fill("[name='applicant.id_no']", "610099199002146027")
    expect(picture).to_contain_text("没有")
    page.get_by_text("单位", exact=True).click()
    page.fill("[name='applicant.id_no']", QINCHUAN.id_no)
    expect(picture).to_contain_text("青山县秦川机械制造有限公司")


def test_a_business_is_found_by_initials_as_one_types(desk: Desk) -> None:
    page = desk.sign_in("T101")
    page.keyboard.press("F2")
    page.keyboard.type("cbzm")
    hits = page.locator("#hits .hit")
    expect(hits).to_have_count(1)
    expect(hits).to_contain_text("参保证明开具")
    desk.photograph(page, "found")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("/desk/drafts/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("参保证明开具")


def test_a_business_is_found_without_script(desk: Desk) -> None:
    page = desk.visitor(script=False)
    page.goto("/sign-in")
    page.fill("#f-staff_no", "T101")
    page.fill("#f-password", "tongban-demo")
    page.keyboard.press("Enter")
    page.fill("#q", "待遇调整")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/desk\?q="))
    page.locator("#hits .hit").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("待遇调整")


def test_the_whole_way_goes_without_script(desk: Desk) -> None:
    page = desk.visitor(script=False)
    page.goto("/sign-in")
    page.fill("#f-staff_no", "T101")
    page.fill("#f-password", "tongban-demo")
    page.keyboard.press("Enter")
    page.fill("[name='applicant.id_no']", MA_CHAO.id_no)
    page.fill("[name='applicant.name']", MA_CHAO.name)
    page.locator("button.hit[value=person_info_change_general]").click()
    page.fill("[name='form.mobile']", "139")
    page.check("[name='materials.id_card']")
    page.get_by_role("button", name="核对").click()
    expect(page.locator("main")).to_contain_text("内容不合格式要求")
    # The refusal is a page of its own; the draft kept what was typed.
    page.goto("/desk")
    page.locator("[aria-labelledby=drafts-title] a").first.click()
    expect(page.locator("[name='form.mobile']")).to_have_value("139")
    page.fill("[name='form.mobile']", "13912345678")
    page.get_by_role("button", name="核对").click()
    page.get_by_role("button", name="受理并办结").click()
    expect(page.locator("#status-title")).to_have_text("已办结")


def test_an_employer_comes_by_an_agent(desk: Desk) -> None:
    page = at_the_form(desk, desk.sign_in("T101"), QINCHUAN, "enrollment_certificate")
    expect(page.locator("#picture")).to_contain_text("青山县秦川机械制造有限公司")
    page.locator("[name='applicant.by'][value=agent]").check(force=True)
    page.fill("[name='applicant.agent.name']", "杨帆")
    page.fill("[name='applicant.agent.id_no']", "610099199105205115")
    page.keyboard.press("Tab")
    page.select_option("[name='form.purpose']", "bidding")
    expect(page.locator("[id='e-applicant.agent.id_no']")).to_contain_text("校验码不符")
    page.fill("[name='applicant.agent.id_no']", YANG_FAN.id_no)
    page.check("[name='materials.id_card']")
    expect(page.locator("#standing")).to_contain_text("填写完整")
    desk.photograph(page, "agent")
    assert desk.barriers(page) == []
    page.keyboard.press("F9")
    page.wait_for_url("**/check")
    page.keyboard.press("F9")
    page.wait_for_url("**/desk/done/*")
    expect(page.get_by_role("link", name="证明文书")).to_be_visible()


def test_a_retirement_shows_its_calculation_and_its_four_signers(desk: Desk) -> None:
    page = desk.sign_in("T101", window=(1440, 900))
    at_the_form(desk, page, Client("610099196605124018", "张建国"), "retirement_approval")
    expect(page.locator("[name='form.post_kind']")).to_have_value("M")
    expect(page.locator("[name='form.retire_month']")).to_have_value("2026-10")
    page.select_option("[name='form.kind']", "FLEX_LATE")
    page.keyboard.press("Tab")
    expect(page.locator("[id='e-form']")).to_contain_text("弹性退休须填书面告知")
    page.select_option("[name='form.kind']", "NORMAL")
    expect(page.locator("#outcome .diff ins").first).to_be_visible()
    page.get_by_text("计算过程").click()
    desk.photograph(page, "retirement")
    assert desk.barriers(page) == []
    expect(page.get_by_role("button", name="核对")).to_be_in_viewport()
    for box in page.locator("[data-required] input[type=checkbox]").all():
        box.check()
    page.keyboard.press("F9")
    page.wait_for_url("**/check")
    desk.photograph(page, "retirement-check")
    expect(page.get_by_role("button", name="受理")).to_be_in_viewport()
    page.keyboard.press("F9")
    page.wait_for_url("**/desk/done/*")
    expect(page.locator(".way")).to_contain_text("周国华")
    expect(page.get_by_role("link", name="受理通知书")).to_be_visible()
    desk.photograph(page, "retirement-done")


def test_the_desk_is_for_those_who_accept(desk: Desk) -> None:
    page = desk.sign_in("R101")
    page.goto("/desk")
    expect(page.get_by_role("heading", level=1)).to_have_text("您不能办理此项")


def test_level_three_from_the_number_to_the_receipt_by_keyboard(desk: Desk) -> None:
    page = desk.sign_in("T101")
    page.keyboard.type(MA_CHAO.id_no)
    page.keyboard.press("Tab")
    page.keyboard.type(MA_CHAO.name)
    page.keyboard.press("F2")
    page.keyboard.type("个人一般信息")
    expect(page.locator("#hits .hit")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/drafts/*")
    desk.ready(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("个人一般信息变更")
    desk.check(page, "form")
    desk.ready(page)

    page.focus("[name='form.mobile']")
    page.keyboard.type("139123")
    page.keyboard.press("Tab")
    expect(page.locator("[id='e-form.mobile']")).to_contain_text("内容不合格式要求")
    expect(page.locator("#standing")).to_contain_text("更正 1 处")
    expect(page.locator("#standing")).to_contain_text("缺材料 1 份")
    desk.photograph(page, "wrong")
    page.fill("[name='form.mobile']", "13912345678")
    page.focus("[name='materials.id_card']")
    page.keyboard.press("Space")
    expect(page.locator("#standing")).to_contain_text("填写完整")
    expect(page.locator("[id='e-form.mobile']")).to_have_count(0)
    posted = page.locator("#outcome .diff")
    expect(posted.locator("del")).to_have_text("138****1013")
    expect(posted.locator("ins")).to_have_text("139****5678")
    desk.photograph(page, "complete")
    assert desk.barriers(page) == []
    page.keyboard.press("F9")

    page.wait_for_url("**/check")
    desk.check(page, "check")
    desk.ready(page)
    expect(page.get_by_role("button", name="受理并办结")).to_be_in_viewport()
    page.keyboard.press("F9")

    page.wait_for_url("**/desk/done/*")
    desk.check(page, "done")
    desk.ready(page)
    expect(page.locator("#status-title")).to_have_text("已办结")
    with page.expect_popup() as opened:
        page.keyboard.press("F9")
    assert opened.value.url.endswith("/receipt.pdf")
    page.keyboard.press("F4")
    page.wait_for_url("**/desk")
    expect(page.locator("#picture")).to_contain_text("录入证件号码后")


def test_the_application_form_is_printed_before_anything_is_accepted(desk: Desk) -> None:
    page = desk.sign_in("T101")
    mobile = {"form.mobile": "13912345678"}
    checked(desk, page, MA_CHAO, "person_info_change_general", mobile)
    form = page.get_by_role("link", name="申请表").get_attribute("href") or ""
    printed = page.request.get(form)
    said = "".join(part.extract_text() for part in pypdf.PdfReader(BytesIO(printed.body())).pages)
    assert MA_CHAO.id_no in said
    assert "13912345678" in said


def test_the_same_client_wants_something_more(desk: Desk) -> None:
    page = desk.sign_in("T101")
    accepted(desk, page, YANG_FAN, "enrollment_certificate", {"form.purpose": "employment"})
    page.get_by_role("link", name="同一人再办一项").click()
    page.wait_for_url("**/desk?like=*")
    expect(page.locator("#picture")).to_contain_text("号码、姓名与登记一致")
    page.locator("#hits .hit", has_text="个人一般信息变更").click()

    expect(page.locator("[name='applicant.id_no']")).to_have_value(YANG_FAN.id_no)
    assert YANG_FAN.id_no not in page.url


def test_errors_come_all_at_once_with_their_places(desk: Desk) -> None:
    page = at_the_form(desk, desk.sign_in("T101"), Client("", ""), "account_adjustment")
    page.fill("[name='form.amount_cents']", "12.345")
    page.keyboard.press("F9")

    alert = page.get_by_role("alert")
    expect(alert).to_be_focused()
    expect(alert.get_by_role("listitem")).to_have_count(7)
    expect(alert).to_contain_text("调整金额 · 金额以元为单位，至多两位小数。")
    desk.photograph(page, "errors", whole=True)
    assert desk.barriers(page) == []
    alert.get_by_role("link", name="调整金额").click()
    expect(page.locator("[name='form.amount_cents']")).to_be_focused()
    expect(page.locator("[name='form.amount_cents']")).to_have_value("12.345")
    page.fill("[name='form.amount_cents']", "1,280.00")
    expect(page.locator("[id='e-form.amount_cents']")).to_have_count(0)


def test_a_level_is_raised_before_ones_eyes_with_its_reason(desk: Desk) -> None:
    page = at_the_form(
        desk, desk.sign_in("T101"), Client("610099199606265924", "朱蕾"), "person_info_change_key"
    )
    way = page.locator("#outcome")
    expect(way).to_contain_text("二级")
    expect(way).to_contain_text("有下列情形的，提高等级")
    expect(way).to_contain_text("您 王芳")
    expect(way).to_contain_text("陈明")
    page.fill("[name='form.first_work_on']", "20180701")
    page.select_option("[name='form.evidence_type']", "archive_first_record")
    page.check("[name='materials.id_card']")

    expect(way).to_contain_text("一级")
    expect(way).to_contain_text("周国华")
    expect(way).to_contain_text("办结期限 2026-11-16")
    expect(way.locator(".diff ins")).to_have_text("2018-07-01")
    desk.photograph(page, "raised")
