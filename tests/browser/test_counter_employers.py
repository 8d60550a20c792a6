"""An employer at the window: its contact changes at once, and picture and form show what is known since."""

from playwright.sync_api import expect

from tests.desk import Desk
from tests.teller import Client, accepted, at_the_form

QINCHUAN = Client("91440300708461136T", "青山县秦川机械制造有限公司", employer=True)
GENERAL = "employer_info_change_general"


def test_an_employers_contact_is_changed_and_shown(desk: Desk) -> None:
    page = desk.sign_in("T101")
    said = {"form.address": "青山县工业路16号", "form.phone": "0000-7160016"}
    accepted(desk, page, QINCHUAN, GENERAL, {**said, "form.contact_name": "张晓燕"})
    expect(page.locator("#status-title")).to_have_text("已办结")

    at_the_form(desk, page, QINCHUAN, GENERAL)
    picture = page.locator("#picture")
    expect(picture).to_contain_text("号码、姓名与登记一致")
    expect(picture).to_contain_text("青山县工业路16号")
    expect(picture).to_contain_text("张**")
    expect(picture).to_contain_text("000*****0016")
    expect(page.locator("main")).not_to_contain_text("张晓燕")
    page.fill("[name='form.phone']", "0000-7160016")
    page.check("[name='materials.unit_seal']")
    page.check("[name='materials.change_application']")
    expect(page.locator("main")).to_contain_text("所填内容与登记一致，没有变更")
    page.fill("[name='form.phone']", "0000-7160017")
    expect(page.locator("#standing")).to_contain_text("填写完整")
    posted = page.locator("#outcome .diff")
    expect(posted.locator("del")).to_have_text("000*****0016")
    expect(posted.locator("ins")).to_have_text("000*****0017")
    desk.photograph(page, "employer")
    assert desk.barriers(page) == []
