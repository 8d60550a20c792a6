"""The calculators as the public meets them: without signing in, without a script, on a phone."""

from playwright.sync_api import expect

from tests.desk import Desk

PHONE = (390, 844)


def test_a_visitor_without_script_reckons_a_late_fee(desk: Desk) -> None:
    page = desk.visitor(script=False, window=PHONE)
    page.goto("/guides")
    page.get_by_role("link", name="待遇测算").click()
    expect(page.get_by_role("article")).to_have_count(7)
    page.get_by_role("link", name="滞纳金").click()

    page.get_by_label("欠缴本金").fill("10,000.00")
    page.get_by_label("应缴截止日").fill("20251231")
    page.get_by_label("缴费日").fill("2026-13-01")
    page.get_by_role("button", name="计算").click()
    expect(page.get_by_role("alert")).to_contain_text("缴费日：请填日期")
    expect(page.get_by_label("欠缴本金")).to_have_value("10,000.00")

    page.get_by_label("缴费日").fill("2026-04-10")
    page.get_by_role("button", name="计算").click()
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text("500.00 元")
    main = page.get_by_role("main")
    for told in ("10000.00×0.0005×100", "社会保险法第八十六条", "待核实", "2026-11-02 测算"):
        expect(main).to_contain_text(told)
    assert page.url.endswith("/calculators/late_fee")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    desk.photograph(page, "late-fee-phone", whole=True)


def test_the_pages_have_no_barrier_in_either_language(desk: Desk) -> None:
    for language in ("zh", "en"):
        page = desk.visitor(language=language)
        desk.open(page, "/calculators/retirement_date")
        page.locator("[name='form.birth']").fill("1965-05")
        page.locator("[name='form.kind']").select_option("M")
        page.locator("main form button").click()
        expect(page.get_by_role("status").filter(has_text="2025-07")).to_be_visible()
        assert desk.barriers(page) == []
        desk.photograph(page, f"retirement-{language}", whole=True)

    page.locator("[name='form.birth']").fill("tomorrow")
    page.locator("main form button").click()
    expect(page.get_by_role("alert")).to_contain_text("Month of birth")
    assert desk.barriers(page) == []
    desk.photograph(page, "wrong", whole=True)
