"""The forms people sign by hand: the 申请表 before an acceptance, the 审批表 with every opinion."""

import io
import os
import re
from pathlib import Path
from typing import Any

import pypdf
import pytest

from tests.people import Hall

PDF = "application/pdf"


def text_of(content: bytes) -> str:
    """What a PDF says, without the spaces that its lines leave."""
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))


def approval_form(hall: Hall, staff_no: str, case_no: str) -> str:
    headers = getattr(hall, staff_no).headers
    answer = hall.client.get(f"/api/cases/{case_no}/approval-form", headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, PDF), answer.text
    _kept(f"approval-{case_no}", answer.content)
    return text_of(answer.content)


def application_form(hall: Hall, body: Any, staff_no: str = "T101", code: str = "") -> Any:
    path = f"/api/processes/{code or body['process']}/application-form"
    return hall.client.post(path, json=body, headers=getattr(hall, staff_no).headers)


def _kept(name: str, content: bytes) -> None:
    """Leave it where somebody looks at it, if somebody does."""
    if folder := os.environ.get("TONGBAN_SCREENSHOTS"):
        kept = len(list(Path(folder).glob("*.pdf")))
        (Path(folder) / f"{name}-{kept:02}.pdf").write_bytes(content)


def test_an_approval_form_holds_every_opinion(hall: Hall) -> None:
    body = hall.example("retirement_approval", 1, "county")
    case_no = hall.T101.accept(body)["case_no"]
    hall.R101.sign(case_no, opinion="年限、指数已复算，无误")
    half = approval_form(hall, "D101", case_no)
    hall.D101.sign(case_no, opinion="经核档案，同意")
    hall.Z101.sign(case_no, opinion="同意核定")
    whole = approval_form(hall, "T101", case_no)

    for said in (
        "业务审批表",
        case_no,
        "登记变更对照",
        "核算过程",
        "计发基数",
        "基本养老金",
        "（待核实）",
        "一级（限时）",
    ):
        assert said in half, said
        assert said in whole, said
    assert half.count("（待签批）") == 2
    assert "年限、指数已复算，无误" in half
    for said in (
        "陈明（工号R101）",
        "孙建军（工号D101）",
        "周国华（工号Z101）",
        "经核档案，同意",
        "同意核定",
    ):
        assert said in whole, said
    assert "（待签批）" not in whole
    assert hall.A101.history(case_no)["sign_offs"][-1]["digest"] in whole
    # Masked, as every view of a case is.
    assert body["applicant"]["id_no"] not in whole
    assert body["applicant"]["name"] not in whole


def test_a_returned_case_shows_its_void_signatures_and_reasons(hall: Hall) -> None:
    case_no = hall.T101.accept(hall.example("retirement_approval", 1, "county"))["case_no"]
    hall.R101.sign(case_no, "return", reasons=["material_illegible", "照片反光"], opinion="请重扫")
    hall.T101.post(f"/api/cases/{case_no}/correction", {})

    said = approval_form(hall, "T101", case_no)

    assert said.count("（已作废：该件已重新补正）") == 2
    assert "退回补正材料或扫描件看不清；照片反光" in said
    assert "请重扫" in said


@pytest.mark.parametrize(
    ("process", "level", "route", "said"),
    [
        ("account_adjustment", 1, "county", ["记账分录", "个人账户本金", "1280.00", "漏记缴费"]),
        ("payment_account_change", 2, None, ["变更前", "户名", "************5601"]),
        ("enrollment_certificate", 3, None, ["柜员办理", "用途", "就业", "已办结"]),
    ],
)
def test_every_kind_of_business_prints(
    hall: Hall, process: str, level: int, route: str | None, said: list[str]
) -> None:
    case_no = hall.T101.accept(hall.example(process, level, route))["case_no"]

    printed = approval_form(hall, "T101", case_no)

    assert [text for text in said if text not in printed] == []


def test_a_foreign_case_prints_nothing(hall: Hall) -> None:
    case_no = hall.T101.accept(hall.example("enrollment_certificate", 3))["case_no"]

    refused = hall.T201.get(f"/api/cases/{case_no}/approval-form", 404)

    assert refused["rule"] == "case.not_found"


def test_an_application_form_says_what_the_applicant_told(hall: Hall) -> None:
    body = hall.example("payment_account_change", 2)
    body = {**body, "materials": []}
    body["applicant"] = {
        **body["applicant"],
        "agent": {"name": "林小满", "id_no": "610099198006163428", "authorization": "授权委托书"},
    }
    before = hall.T101.get("/api/cases")["items"]

    answer = application_form(hall, body)

    assert (answer.status_code, answer.headers["content-type"]) == (200, PDF), answer.text
    _kept("application", answer.content)
    said = text_of(answer.content)
    form, applicant = body["form"], body["applicant"]
    for text in (
        "待遇发放账户变更申请表", applicant["name"], applicant["id_no"], form["bank_account"],
        "林小满", "610099198006163428", "授权委托书", "居民身份证", "缺", "王芳T101",
        "代办人（签名、按印或盖章）",
    ):  # fmt: skip
        assert text in said, text
    assert hall.T101.get("/api/cases")["items"] == before, "nothing is stored"


def test_an_application_that_would_be_refused_is_not_printed(hall: Hall) -> None:
    body = hall.example("payment_account_change", 2)

    wrong = application_form(hall, {**body, "form": {}})
    other = application_form(hall, body, code="retirement_approval")
    unknown = application_form(hall, body, code="no_such")
    forbidden = application_form(hall, {"process": 1}, staff_no="A101", code=body["process"])

    assert (wrong.status_code, wrong.json()["rule"]) == (422, "form.invalid")
    assert (other.status_code, other.json()["rule"]) == (422, "application.other_process")
    assert (unknown.status_code, unknown.json()["rule"]) == (404, "process.unknown")
    assert (forbidden.status_code, forbidden.json()["rule"]) == (403, "post.missing")
