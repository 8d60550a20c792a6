"""Golden papers: what each says, and what a reader's program draws of it, Chinese included."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from engine.paperwork import document_contents, documents
from tests import rendered_papers
from tests.unit.test_documents import ACCEPTED, FINISHED, REFUSED, about, document

ABOUT = replace(about(), public_url="https://rs.example.cn")
COUNTED = "自2026-11-23次日起20个工作日"
WRONG = [{"kind": "material", "name": "银行卡", "reason": "已过有效期", "text": "五月到期"}]
# Another browser's edges of letters are nearer than this, a sheet whose characters are boxes farther (0.95).
SAME = 0.985


def papers() -> dict[str, dict[str, Any]]:
    """What each paper of an outcome says."""
    told = ABOUT.content()
    return {
        "receipt": document_contents.receipt(ABOUT, ACCEPTED, FINISHED, "2　综合业务2号窗口"),
        "notice": document_contents.notice(ABOUT, ["居民身份证"], ACCEPTED, WRONG),
        "acceptance": document_contents.acceptance(
            ABOUT, ACCEPTED, date(2026, 12, 21), COUNTED, instant=False
        ),
        "denial": {
            **told,
            **REFUSED,
            "reasons": ["不符合办理条件"],
            "rules": ["社会保险法第十六条"],
            "grounds": "累计缴费不足最低年限。",
        },
        "unaccepted": {
            **told,
            **REFUSED,
            "reason": "不属于本机构职权范围",
            "basis": "社会保险经办条例第七条",
            "text": "请到参保地经办机构办理。",
        },
    }


@pytest.mark.parametrize("kind", papers())
def test_a_paper_says_and_shows_what_it_always_did(
    browser: Browser, tmp_path: Path, kind: str
) -> None:
    pdf = documents.render(document(kind, papers()[kind]))
    said = rendered_papers.text_of(pdf)
    assert said == rendered_papers.kept(kind, ".txt", said.encode()).decode()

    (tmp_path / "paper.pdf").write_bytes(pdf)
    drawn = rendered_papers.sheet(browser, tmp_path / "paper.pdf")
    golden = rendered_papers.kept(kind, ".webp", drawn)
    assert rendered_papers.alike(browser, drawn, golden) > SAME


def test_other_characters_in_the_same_place_are_another_picture(
    browser: Browser, tmp_path: Path
) -> None:
    """Or a paper full of empty boxes would pass for the right one."""
    said = {
        name: "".join("□" if "一" <= one <= "鿿" else one for one in value)
        if isinstance(value, str)
        else value
        for name, value in papers()["unaccepted"].items()
    }
    (tmp_path / "paper.pdf").write_bytes(documents.render(document("unaccepted", said)))
    drawn = rendered_papers.sheet(browser, tmp_path / "paper.pdf")
    golden = (rendered_papers.GOLDEN / "unaccepted.webp").read_bytes()
    assert rendered_papers.alike(browser, drawn, golden) < SAME
