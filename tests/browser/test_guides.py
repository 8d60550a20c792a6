"""办事公开 as the public reads it: found, read, printed; on a phone and without a script."""

import re

from playwright.sync_api import Page, expect

from tests.desk import Desk
from tests.shipped import PROCESSES

PHONE = (390, 844)
LETTERS_PX = 18


def fits(page: Page) -> bool:
    """Whether nothing is wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_a_visitor_finds_a_business_and_reads_its_guide(desk: Desk) -> None:
    page = desk.visitor()
    desk.open(page, "/guides")
    expect(page.get_by_role("article")).to_have_count(len(PROCESSES))
    desk.check(page, "guides")

    page.get_by_role("searchbox").fill("换银行卡")
    page.keyboard.press("Enter")
    expect(page.get_by_role("article").first).to_contain_text("待遇发放账户变更")
    expect(page.get_by_role("status").filter(has_text="换银行卡")).to_be_visible()
    desk.check(page, "found")

    page.get_by_role("link", name="待遇发放账户变更").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("待遇发放账户变更")
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"自 2026-\d\d-\d\d 起施行"))
    for told in ("居民身份证", "当场办结", "社会保险经办条例", "不收费", "0000-7000101", "12333"):
        expect(page.get_by_role("main")).to_contain_text(told)
    desk.check(page, "guide")
    expect(page.get_by_role("button", name="打印")).to_be_visible()
    page.emulate_media(media="print")
    desk.photograph(page, "guide-printed", whole=True)
    expect(page.get_by_role("button", name="打印")).to_be_hidden()


def test_limited_business_says_its_days_and_raised_business_why(desk: Desk) -> None:
    page = desk.visitor()
    desk.open(page, "/guides/retirement_approval")
    expect(page.get_by_role("main")).to_contain_text("20 个工作日")
    expect(page.get_by_role("main")).to_contain_text("待核实")
    desk.check(page, "limited")
    desk.photograph(page, "limited-whole", whole=True)

    desk.open(page, "/guides/person_info_change_key")
    expect(page.get_by_role("main")).to_contain_text("下列情形最长")


def test_a_phone_without_script_reads_everything(desk: Desk) -> None:
    page = desk.visitor(script=False, window=PHONE)
    page.goto("/guides")
    assert fits(page)
    desk.photograph(page, "phone")
    page.get_by_role("searchbox").fill("txsp")
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name="退休审批", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("退休审批")
    expect(page.get_by_role("button", name="打印")).to_be_hidden()
    assert fits(page)
    size = page.get_by_text("居民身份证").first.evaluate("e => getComputedStyle(e).fontSize")
    assert float(size.removesuffix("px")) >= LETTERS_PX
    desk.photograph(page, "phone-guide", whole=True)

    page.goto("/guides?category=benefit")
    retirement = page.get_by_role("link", name="退休审批", exact=True)
    expect(page.get_by_role("article").filter(has=retirement)).to_be_visible()
    expect(page.get_by_role("article").filter(has_text="参保证明")).to_have_count(0)
    page.goto("/guides?q=%E7%9B%96%E6%88%BF%E5%AD%90")
    expect(page.get_by_text("没有相符的业务")).to_be_visible()
    assert fits(page)
    desk.photograph(page, "phone-nothing")


def test_what_is_not_there_is_said_so(desk: Desk) -> None:
    page = desk.visitor()
    answer = page.goto("/guides/build_a_house")
    assert answer is not None
    assert answer.status == 404
