"""What clients say and are told, in a browser: on a phone without script, and at the desk."""

from pathlib import Path

from playwright.sync_api import Page, expect

from api.application import Application
from tests import told_office
from tests.browser.test_progress import PHONE, accept
from tests.desk import Desk


def receipt(page: Page, case_no: str) -> dict[str, str]:
    """Number and code of the receipt of a case, as a teller's page reads them."""
    listed = page.request.get(f"/api/cases/{case_no}/documents").json()["items"]
    found = next(one for one in listed if one["kind"] == "receipt")
    return {"number": found["number"], "code": found["verification_code"]}


def hold(page: Page, paper: dict[str, str]) -> None:
    """Type a paper's number and code."""
    page.locator("#f-number").fill(paper["number"])
    page.locator("#f-code").fill(paper["code"])


def test_a_service_is_evaluated_on_a_phone_without_script(desk: Desk) -> None:
    teller = desk.sign_in("T101")
    case_no, id_no, name = accept(teller, "person_info_change_general")
    page = desk.visitor(script=False, window=PHONE)
    page.goto("/evaluation")
    desk.photograph(page, "evaluation-phone", whole=True)
    hold(page, receipt(teller, case_no))
    page.get_by_label("非常不满意").check()
    page.get_by_role("button", name="提交评价").click()
    expect(page.get_by_role("alert")).to_contain_text("请选择不满意的原因")
    page.get_by_label("服务质量").check()
    page.locator("#f-words").fill("等得太久")
    page.get_by_role("button", name="提交评价").click()
    expect(page.locator("#given")).to_contain_text("已记录：非常不满意")
    assert case_no not in page.url
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    desk.photograph(page, "evaluated-phone", whole=True)

    page.goto("/complaint")
    desk.photograph(page, "complaint-phone", whole=True)
    form = page.locator("form[action='/complaint']")
    held = receipt(teller, case_no)
    form.locator("#f-number").fill(held["number"])
    form.locator("#f-code").fill(held["code"])
    form.locator("#f-about").select_option("delay")
    form.locator("#f-words").fill("等了两个小时")
    form.get_by_role("button").click()
    expect(page.locator("#found")).to_contain_text("您的投诉已受理")
    for secret in (name, id_no, "王芳"):
        assert secret not in page.content()
    desk.photograph(page, "complained-phone", whole=True)


def test_the_public_pages_have_no_barriers(desk: Desk) -> None:
    page = desk.visitor()
    for place in ("evaluation", "complaint"):
        desk.open(page, f"/{place}")
        desk.check(page, place)


def test_the_supervisor_reads_what_was_said(desk: Desk) -> None:
    teller = desk.sign_in("T101")
    case_no, _, _ = accept(teller, "person_info_change_general")
    page = desk.visitor()
    desk.open(page, "/evaluation")
    hold(page, receipt(teller, case_no))
    page.get_by_label("非常不满意").check()
    page.get_by_label("服务质量").check()
    page.get_by_role("button", name="提交评价").click()
    expect(page.locator("#given")).to_contain_text("已记录")

    supervisor = desk.sign_in("S101", window=(1280, 800))
    desk.open(supervisor, "/feedback")
    expect(supervisor.get_by_role("main")).to_contain_text(case_no)
    desk.check(supervisor, "feedback")
    desk.open(teller, "/feedback")
    expect(teller.get_by_role("main")).not_to_contain_text(case_no)
    desk.check(teller, "feedback-own")


def test_messages_stand_on_the_case_and_the_dead_are_sent_again(
    desk: Desk, application: Application, tmp_path: Path
) -> None:
    told_office.plan_of(application.state, told_office.in_folder(tmp_path / "mails"))
    teller = desk.sign_in("T101", window=(1280, 800))
    case_no, _, _ = accept(teller, "retirement_approval", contact=told_office.CONTACT)
    told_office.give_up(application.state.sessions)
    desk.open(teller, f"/cases/{case_no}")
    sent = teller.get_by_role("region", name="已发告知")
    expect(sent).to_contain_text("z***@mail.example.cn")
    expect(sent).to_contain_text("未送达")
    desk.check(teller, "case")

    keeper = desk.sign_in("admin", window=(1280, 800))
    desk.open(keeper, "/undelivered")
    desk.check(keeper, "undelivered")
    line = keeper.get_by_role("row").filter(has_text="受理告知")
    expect(line).to_contain_text("smtp.550")
    line.get_by_role("button").click()
    expect(keeper.get_by_role("row").filter(has_text="受理告知")).to_have_count(0)
    desk.open(teller, f"/cases/{case_no}")
    expect(teller.get_by_role("region", name="已发告知")).to_contain_text("正在")
