"""Somebody new at the window: the desk says that the register has nobody, and enrols."""

from playwright.sync_api import expect

from tests.desk import Desk
from tests.teller import Client, accepted, at_the_form, fill

GAO_XIANG = Client("610099199804125033", "高翔")
CODE = "flexible_enrollment"
FORM = {
    "form.birth": "1998-04-12",
    "form.sex": "M",
    "form.nation": "汉族",
    "form.hukou_type": "urban",
    "form.residence": "hukou",
    "form.post_kind": "M",
    "form.mobile": "13800005033",
    "form.ratio_percent": "60",
}


def test_a_newcomer_is_enrolled_at_the_window(desk: Desk) -> None:
    page = desk.sign_in("T101")
    at_the_form(desk, page, GAO_XIANG, CODE)
    expect(page.locator("#picture")).to_contain_text("本业务为其办理参保登记")
    fill(page, {**FORM, "form.birth": "1998-04-21"})
    page.check("[name='materials.id_card']")
    expect(page.locator("main")).to_contain_text("与公民身份号码不符：出生日期")
    page.fill("[name='form.birth']", "1998-04-12")
    expect(page.locator("#standing")).to_contain_text("填写完整")
    expect(page.locator("#outcome")).to_contain_text("灵活就业")
    desk.photograph(page, "enrolment")
    assert desk.barriers(page) == []

    number = accepted(desk, page, GAO_XIANG, CODE, FORM)
    desk.open(page, f"/cases/{number}")
    expect(page.locator("main")).to_contain_text("高*")
    expect(page.locator("main")).not_to_contain_text(GAO_XIANG.id_no)
