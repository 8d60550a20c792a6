"""流程定义 as staff read them: the list, one with its diagram, and the same in words."""

import re

from playwright.sync_api import expect

from tests.desk import Desk
from tests.shipped import PROCESSES

DRAWN = "#diagram[data-drawn] svg"


def test_a_signer_finds_a_process_and_reads_who_signs(desk: Desk) -> None:
    page = desk.sign_in("R101")
    desk.open(page, "/processes")
    expect(page.get_by_role("row")).to_have_count(1 + len(PROCESSES))
    desk.check(page, "processes")
    desk.ready(page)

    page.keyboard.press("/")
    page.keyboard.type("gjxx")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="个人关键信息变更", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("个人关键信息变更")
    expect(page.locator(DRAWN).first).to_be_visible()
    expect(page.locator("#diagram .djs-element").first).to_be_attached()
    # The maker's mark stays.
    expect(page.locator(".bjs-powered-by")).to_be_visible()
    ways = page.get_by_role("region", name="各等级、各路径由谁签字")
    expect(ways.get_by_role("row")).to_have_count(4)
    expect(ways).to_contain_text("市级以上经办机构受理")
    expect(page.get_by_role("region", name="风险等级及理由")).to_contain_text("二级")
    expect(page.get_by_role("region", name="表单")).to_contain_text("公安机关更正证明")
    desk.check(page, "process")
    expect(page.locator(DRAWN).first).to_be_visible()
    assert desk.barriers(page) == []
    desk.photograph(page, "process-whole", whole=True)

    page.get_by_text("流程图的文字说明").click()
    expect(page.get_by_role("listitem").filter(has_text="主管副主任审核").first).to_be_visible()
    assert desk.barriers(page) == []
    page.get_by_role("navigation", name="本流程的图").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(r"\?diagram="))
    expect(page.locator(DRAWN).first).to_be_visible()
    desk.photograph(page, "other-diagram")
    desk.ready(page)
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile("/processes$"))


def test_every_process_can_be_drawn(desk: Desk) -> None:
    page = desk.sign_in("A101", language="en", window=(1440, 900))
    desk.open(page, "/processes")
    links = page.locator("tbody th a")
    addresses = [links.nth(n).get_attribute("href") or "" for n in range(links.count())]
    assert addresses
    for address in addresses:
        desk.open(page, address)
        expect(page.locator(DRAWN).first).to_be_visible()
        assert desk.barriers(page) == [], address
    desk.photograph(page, "process-en", whole=True)


def test_where_it_cannot_be_drawn_the_words_say_so(desk: Desk) -> None:
    page = desk.sign_in("R101")
    page.route("**/diagrams/**", lambda route: route.abort())
    desk.allowed.append(re.compile("ERR_FAILED"))
    desk.open(page, "/processes/retirement_approval")
    expect(page.get_by_text("流程图无法绘制")).to_be_visible()
    answer = page.goto("/processes/retirement_approval?diagram=none")
    assert answer is not None
    assert answer.status == 404
