"""Auditors at their pages: a record that holds, one that was altered, and an inspection to its closing."""

import json
import re

from playwright.sync_api import Page, expect
from sqlalchemy import text

from api.application import Application
from database import connection
from tests import book, sealed_journal
from tests.browser.test_queue import accept
from tests.databases import Database
from tests.desk import Desk
from tests.people import PASSWORD, new_key


def sign(page: Page, case_no: str) -> None:
    """Approve the case's waiting task as the person at this page."""
    case = page.request.get(f"/api/cases/{case_no}").json()
    said = {
        "decision": "approve",
        "opinion": "年限、待遇已复算，同意。",
        "password": PASSWORD,
        "seen": case["seen"],
    }
    answer = page.request.post(
        f"/api/tasks/{case['waiting'][0]['task_id']}/sign",
        headers={"Idempotency-Key": new_key(), "Content-Type": "application/json"},
        data=json.dumps(said),
    )
    assert answer.ok, answer.text()


def alter(database: Database, case_no: str) -> None:
    """What a database's administrator can do: the reviewer's agreement becomes a refusal."""
    book.without_triggers(database)
    engine = connection.connect(database.owner_url)
    with engine.begin() as opened:
        opened.execute(
            text("UPDATE sign_offs SET decision = 'refuse' WHERE case_no = :no AND seq = 2"),
            {"no": case_no},
        )
    engine.dispose()


def test_an_auditor_finds_a_tampered_record(
    desk: Desk, application: Application, database: Database
) -> None:
    case_no = accept(desk.sign_in("T101"), "retirement_approval", 1)
    sign(desk.sign_in("R101"), case_no)
    sealed_journal.seal(application.state.sessions)

    page = desk.sign_in("A001", window=(1440, 900))
    expect(page).to_have_url(re.compile("/audit$"))
    desk.photograph(page, "search")
    assert desk.barriers(page) == []
    page.keyboard.press("/")
    page.keyboard.type(case_no)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/audit/cases/{case_no}$"))
    expect(page.locator("[data-verdict=good]")).to_contain_text("校验通过")
    expect(page.locator("[data-broken]")).to_have_count(0)
    desk.photograph(page, "clean")

    alter(database, case_no)
    desk.open(page, f"/audit/cases/{case_no}")
    verdict = page.locator("[data-verdict=bad]")
    expect(verdict).to_contain_text("核验不通过")
    broken = page.locator("[data-broken]")
    expect(broken).to_have_count(1)
    expect(broken).to_contain_text("复核")
    row = broken.locator("tr", has_text="sign_offs#2 decision")
    expect(row.locator("td").first).to_have_text("refuse")
    expect(row.locator("td").last).to_have_text("approve")
    expect(page.locator(".chain .after").first).to_contain_text("承接改动处")
    desk.check(page, "tampered")

    page.get_by_role("link", name="R101").first.click()
    expect(page).to_have_url(re.compile("/audit/people/R101$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("陈明")
    desk.photograph(page, "person")
    assert desk.barriers(page) == []
    for name in ("journal", "seals"):
        desk.open(page, f"/audit/{name}")
        desk.photograph(page, name.replace("/", "-"))
        assert desk.barriers(page) == [], name


def test_a_sample_is_drawn_and_a_finding_put_right(desk: Desk, application: Application) -> None:
    teller = desk.sign_in("T101")
    case_no = accept(teller, "retirement_approval", 1)
    accept(teller, "enrollment_certificate", 3)
    sealed_journal.seal(application.state.sessions)

    auditor = desk.sign_in("A001")
    desk.open(auditor, "/audit/samples")
    auditor.get_by_label("公布的种子").fill("2026年四季度 双色球 2026128")
    auditor.get_by_role("button", name="抽取").click()
    auditor.wait_for_url("**/audit/samples/*")
    desk.ready(auditor)
    expect(auditor.locator("tbody tr")).to_have_count(2)
    desk.photograph(auditor, "sample")
    assert desk.barriers(auditor) == []
    auditor.get_by_label("业务号").select_option(case_no)
    auditor.get_by_label("问题及其依据").fill("视同缴费年限认定表缺少盖章")
    auditor.get_by_role("button", name="提出问题").click()
    auditor.wait_for_url("**/audit/findings/*")
    where = auditor.url

    supervisor = desk.sign_in("S101")
    desk.open(supervisor, "/audit/findings")
    desk.photograph(supervisor, "findings")
    assert desk.barriers(supervisor) == []
    desk.open(supervisor, where)
    expect(supervisor.locator("[data-said]")).to_have_text("视同缴费年限认定表缺少盖章")
    supervisor.get_by_label("整改情况").fill("已补盖章，重新扫描存档")
    supervisor.get_by_role("button", name="答复").click()
    expect(supervisor.get_by_text("已答复，待稽核审核")).to_be_visible()

    desk.open(auditor, where)
    auditor.get_by_label("对答复的审核意见").fill("已核对原件")
    auditor.get_by_role("button", name="销号").click()
    expect(auditor.get_by_text("已销号，无需再办。")).to_be_visible()
    desk.photograph(auditor, "closed")
    assert desk.barriers(auditor) == []
    desk.open(auditor, "/audit/samples")
    desk.photograph(auditor, "samples")
    assert desk.barriers(auditor) == []
