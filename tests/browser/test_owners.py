"""Owners, questions to superiors and first contacts in the browser: handed over, asked, answered, ended."""

from playwright.sync_api import expect

from tests.desk import Desk
from tests.people import Hall

COUNTY = ("account_adjustment", 1, "county")


def test_a_case_changes_hands_and_asks_its_superior(desk: Desk, hall: Hall) -> None:
    number = hall.T101.accept(hall.example(*COUNTY))["case_no"]
    teller = desk.sign_in("T101", window=(1280, 800))
    desk.open(teller, f"/cases/{number}")
    teller.get_by_text("移交", exact=True).click()
    teller.locator("[id='f-owner.to']").fill("T102")
    teller.locator("[id='f-owner.reason']").fill("调往后台")
    teller.get_by_role("button", name="提出移交").click()
    expect(teller.get_by_text("已提出移交给")).to_be_visible()
    teller.get_by_text("向上级请示").click()
    teller.locator("[id='f-ask.post']").select_option("deputy_director")
    teller.locator("[id='f-ask.question']").fill("外地稽核结论可否作为依据？")
    teller.get_by_role("button", name="请示", exact=True).click()
    expect(teller.get_by_text("待批复")).to_be_visible()
    desk.check(teller, "case-asking")

    colleague = desk.sign_in("T102")
    desk.open(colleague, "/my-cases")
    desk.check(colleague, "my-cases-offered")
    colleague.get_by_role("button", name="接手", exact=False).first.click()
    expect(colleague.get_by_text("请示中")).to_be_visible()
    desk.check(colleague, "my-cases")

    superior = desk.sign_in("D101")
    desk.open(superior, "/questions")
    desk.check(superior, "questions")
    superior.get_by_role("link", name=number).click()
    superior.fill("#f-answer", "可以作为依据")
    superior.get_by_role("button", name="批复").click()
    expect(superior.get_by_text("可以作为依据")).to_be_visible()
    reviewer = desk.sign_in("R101", window=(1280, 800))
    desk.open(reviewer, "/queue")
    expect(reviewer.get_by_role("row", name=number)).to_contain_text("T102")
    desk.check(reviewer, "queue-owner")


def test_a_first_contact_is_recorded_and_ended(desk: Desk) -> None:
    guide = desk.sign_in("G101", window=(1280, 800))
    desk.open(guide, "/first-contacts")
    guide.fill("#f-matter", "咨询医疗保险报销")
    guide.fill("#f-belongs_to", "医疗保障局")
    guide.locator("[id='f-visitor.name']").fill("王小明")
    guide.get_by_role("button", name="登记", exact=True).click()
    expect(guide.get_by_role("row", name="咨询医疗保险报销")).to_contain_text("王**")
    desk.check(guide, "first-contacts-open")
    guide.locator("summary").filter(has_text="办结").click()
    guide.locator("[name=kind]").select_option("referral")
    guide.locator("[name=taken_by]").fill("G101")
    guide.locator("[name=text]").fill("带到医保窗口")
    guide.get_by_role("button", name="办结").click()
    expect(guide.get_by_text("带到医保窗口")).to_be_visible()
    desk.check(guide, "first-contacts")
