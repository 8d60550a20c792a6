"""An employer's monthly list: the template filled in, uploaded, corrected, checked, accepted, and read."""

import re
from pathlib import Path

from playwright.sync_api import expect

from api.application import Application
from tests import listed_employees
from tests.desk import Desk
from tests.listed_employees import Employees, workbook
from tests.teller import Client, at_the_form, fill

SUSPEND = "contribution_suspend"


def hired(application: Application, count: int) -> Employees:
    with application.state.sessions.command() as session:
        return listed_employees.hired(session, count)


def saved(folder: Path, name: str, rows: list[list[str]]) -> Path:
    path = folder / name
    path.write_bytes(workbook(SUSPEND, rows))
    return path


def test_an_employers_monthly_list(desk: Desk, application: Application, tmp_path: Path) -> None:
    who = hired(application, 230)
    rows = [[*person, "解除或终止劳动合同"] for person in who.people]
    wrong = [*rows[:7], [rows[7][0], "别人", "其他"], *rows[8:]]
    page = desk.sign_in("T101")
    at_the_form(desk, page, Client(who.uscc, who.name, employer=True), SUSPEND)
    expect(page.get_by_role("link", name="下载模板")).to_have_attribute(
        "href", f"/api/processes/{SUSPEND}/list-template"
    )

    page.set_input_files("[data-list-file]", saved(tmp_path, "wrong.xlsx", wrong))
    result = page.locator("#list-result")
    expect(result).to_contain_text("230行中有1行有误")
    expect(result.locator("tbody")).to_contain_text("姓名与登记信息不一致")
    expect(result.locator("tbody td").first).to_have_text("9")
    with page.expect_download() as download:
        result.get_by_role("link", name="下载错误行").click()
    assert download.value.suggested_filename.startswith(f"{SUSPEND}-errors-990101-")
    assert desk.barriers(page) == []
    desk.photograph(page, "list-wrong")

    page.set_input_files("[data-list-file]", saved(tmp_path, "right.xlsx", rows))
    expect(result).to_contain_text("共230行，全部无误")
    expect(page.locator("[data-list-state]")).to_have_text("名册已核对。")
    for box in page.locator("[data-required] input[type=checkbox]").all():
        box.check()
    expect(page.locator("#standing")).to_contain_text("填写完整")
    assert desk.barriers(page) == []
    desk.photograph(page, "list-right")
    page.keyboard.press("F9")
    page.wait_for_url("**/check")
    desk.ready(page)
    expect(page.locator("#f-form")).to_contain_text("共230行")
    page.keyboard.press("F9")
    page.wait_for_url("**/desk/done/*")
    desk.ready(page)
    expect(page.locator("#status-title")).to_have_text("已办结")
    page.locator("footer a.push[href^='/cases/']").click()
    page.wait_for_url("**/cases/*")
    expect(page.locator("main")).to_contain_text("230")
    expect(page.get_by_text(re.compile("职工0001"))).to_have_count(0)
    assert desk.barriers(page) == []
    desk.photograph(page, "list-case")
    page.get_by_role("link", name="查看全部").click()
    page.wait_for_url("**/posting")
    desk.ready(page)
    expect(page.locator("tbody tr")).to_have_count(200 * 3)
    page.get_by_role("link", name="下一页").click()
    desk.ready(page)
    expect(page.locator("tbody tr")).to_have_count(30 * 3)
    assert desk.barriers(page) == []
    page.goto(page.url.split("/posting")[0] + "/rows")
    desk.ready(page)
    expect(page.locator("tbody tr")).to_have_count(200)
    expect(page.locator("tbody tr").first).to_contain_text("职*****")
    assert desk.barriers(page) == []


def test_a_few_are_typed_and_a_file_that_is_none_is_refused(desk: Desk, tmp_path: Path) -> None:
    client = Client("91610099MA6U0MD300", "青山县远航电子有限公司", employer=True)
    page = at_the_form(desk, desk.sign_in("T101"), client, SUSPEND)
    bad = tmp_path / "list.xlsx"
    bad.write_bytes(b"nothing")
    page.set_input_files("[data-list-file]", bad)
    expect(page.locator("#alerts")).to_contain_text("不是 .xlsx 工作簿")

    row = {"id_no": "610099198506127722", "name": "顾雷", "reason": "other"}
    fill(page, {f"form.rows.0.{name}": text for name, text in row.items()})
    page.keyboard.press("Tab")
    for box in page.locator("[data-required] input[type=checkbox]").all():
        box.check()
    page.keyboard.press("F9")
    expect(page.locator("#alerts [data-refused]")).to_contain_text("姓名与登记信息不一致")
    page.fill("[name='form.rows.0.name']", "顾磊")
    page.keyboard.press("F9")
    page.wait_for_url("**/check")
    desk.ready(page)
    page.keyboard.press("F9")
    page.wait_for_url("**/desk/done/*")
    expect(page.locator("#status-title")).to_have_text("已办结")
