"""The proof at the desk: the verdict over what is deployed, and the way around a signature in the diagram."""

import dataclasses
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from api.settings import Settings
from tests.bpmn_diagrams import diagram, node
from tests.desk import Desk

PROCESSES = Path(__file__).parents[2] / "processes"
FORGETFUL = "forgets_signatures"
DRAWN = "#diagram[data-drawn] svg"
NODES = [
    node("startEvent", "begin"),
    node("userTask", "handle"),
    node("serviceTask", "post", implementation="post"),
    node("endEvent", "completed"),
]
FLOWS = [("begin", "handle", None), ("handle", "post", None), ("post", "completed", None)]


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """The office also runs a process whose diagram posts after the teller alone."""
    folder = tmp_path / "further" / FORGETFUL
    shutil.copytree(
        PROCESSES / "account_adjustment", folder, ignore=shutil.ignore_patterns("__pycache__")
    )
    (folder / "process.bpmn").write_bytes(diagram(FORGETFUL, NODES, FLOWS))
    return dataclasses.replace(settings, processes=folder.parent)


def test_the_verdict_stands_with_the_way_around_it(desk: Desk) -> None:
    page = desk.sign_in("A101")
    desk.open(page, "/processes/person_info_change_key")
    proof = page.get_by_role("region", name="签批路径证明")
    expect(proof.get_by_text("已证明", exact=True)).to_be_visible()
    expect(proof.get_by_role("row")).to_have_count(6)

    desk.open(page, f"/processes/{FORGETFUL}")
    expect(proof.get_by_text("未通过证明", exact=True)).to_be_visible()
    expect(proof).to_contain_text("未经应有的签批即入账，缺：复核, 副主任审核, 主任审批")
    expect(page.locator(DRAWN).first).to_be_visible()
    for element in ("begin", "handle", "post"):
        around = page.locator(f"#diagram .around[data-element-id='{element}']")
        expect(around.first).to_be_attached()
    expect(page.locator("#diagram .around[data-element-id='completed']")).to_have_count(0)
    expect(page.locator(".wrong-mark")).to_contain_text("未经应有的签批即入账")
    desk.check(page, "not-proven")
    desk.photograph(page, "not-proven-whole", whole=True)


def test_the_province_tries_a_diagram_before_it_is_proposed(desk: Desk, tmp_path: Path) -> None:
    page = desk.sign_in("H000")
    desk.open(page, "/processes/retirement_approval")
    page.get_by_role("link", name="试验流程图").click()
    desk.check(page, "trial")
    shipped = (PROCESSES / "retirement_approval" / "process.bpmn").read_text(encoding="utf-8")

    def tried(name: str, text: str) -> None:
        (tmp_path / name).write_text(text, encoding="utf-8")
        page.set_input_files("#f-diagram", tmp_path / name)
        page.get_by_role("button", name="检查并证明").click()
        desk.ready(page)

    tried("same.bpmn", shipped)
    proof = page.get_by_role("region", name="签批路径证明")
    expect(proof.get_by_text("已证明", exact=True)).to_be_visible()
    expect(page.locator(DRAWN).first).to_be_visible()

    tried("hole.bpmn", shipped.replace('decision == "refuse"', 'decision == "escalate"'))
    expect(proof).to_contain_text("被退回或不予办理后仍入账：经办")
    expect(page.locator(".wrong-mark")).to_be_visible()
    around = page.locator("#diagram .around[data-element-id='decided_to_post']")
    expect(around.first).to_be_attached()
    assert desk.barriers(page) == []
    desk.photograph(page, "trial-hole", whole=True)

    line = shipped[: shipped.index('<serviceTask id="post"')].count("\n") + 1
    tried("code.bpmn", shipped.replace("serviceTask", "scriptTask"))
    refused = page.get_by_role("alert").filter(has_text="该流程图未通过检查")
    expect(refused).to_contain_text(f"第 {line} 行")
    expect(refused).to_contain_text("post")
    assert desk.barriers(page) == []
    desk.photograph(page, "trial-refused")

    elsewhere = desk.sign_in("Z101")
    answer = elsewhere.goto("/processes/retirement_approval/trial")
    assert answer is not None
    assert answer.status == 403
    expect(elsewhere.get_by_text("流程图由省级经办机构试验、报批")).to_be_visible()
