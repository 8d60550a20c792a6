"""Documents: fixed once, printed the same each time, in Chinese that can be searched."""

import io
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import typst
from pypdf import PdfReader
from sqlalchemy import insert, text

from database.connection import Sessions
from database.refusals import InvariantBroken
from engine.paperwork import document_contents, documents, qr_code, remedies
from engine.paperwork.document_contents import About
from engine.paperwork.documents import IssuedDocument
from tests import edge
from tests.databases import Database

CASE_NO = "610100-20261123-0001"
ACCEPTED = datetime(2026, 11, 23, 2, 24, tzinfo=UTC)
FINISHED = datetime(2026, 11, 23, 17, 5, tzinfo=UTC)
PERSON = {"kind": "person", "name": "欧阳淑芬", "id_no": "11010519491231002X"}
EMPLOYER = {"kind": "employer", "name": "青山机械有限公司", "id_no": "91350100M000100Y43"}
# What would do something if it were source instead of data.
NASTY = '#panic("x") #read("/etc/passwd") $x^2$ *粗* _斜_ `码` <b> @ref \\ // /* ] } " = 标题 #sys'


REFUSED = {
    "accepted_at": "2026-11-23 10:24",
    "decided_at": "2026-11-24 09:00",
    "remedies": remedies.on(date(2026, 11, 24)).content(),
}


def about(applicant: dict[str, str] = PERSON, phone: str = "", item: str = "参保证明打印") -> About:
    return About(CASE_NO, item, applicant, "陈晓燕 T101", "测试市社会保险局", phone)


def document(kind: str, content: dict[str, Any], number: str = "N-1") -> IssuedDocument:
    said = {**content, "number": number, "verification_code": "ABCDEFGH2345"}
    return IssuedDocument(kind=kind, number=number, content=said, issued_at=ACCEPTED)


def receipt(**said: Any) -> IssuedDocument:
    return document("receipt", document_contents.receipt(about(**said), ACCEPTED, FINISHED))


def printed(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))


@pytest.fixture
def office(empty_database: Database) -> Iterator[Sessions]:
    opened = edge.small_office(empty_database.owner_url)
    yield opened
    opened.engine.dispose()


def issued(
    office: Sessions, kind: str = "receipt", ordinal: int = 1, **content: Any
) -> IssuedDocument:
    said = content or document_contents.receipt(about(), ACCEPTED, FINISHED)
    with office.command() as session:
        return documents.issue(
            session, case_no=CASE_NO, kind=kind, ordinal=ordinal, content=said, at=ACCEPTED
        )


def test_a_receipt_says_what_the_standard_asks(office: Sessions) -> None:
    issued(office)
    with office.reading() as session:
        found = documents.latest(session, CASE_NO, "receipt")
    assert found is not None
    said = printed(documents.render(found))

    for value in (
        *("测试市社会保险局", "业务办结回执单", CASE_NO, found.number, found.verification_code),
        *("参保证明打印", "欧***", "110***********002X", "2026-11-2310:24", "2026-11-2401:05"),
        *("陈晓燕T101", "办结", "不收费"),
    ):
        assert value in said, value
    for secret in ("欧阳淑芬", PERSON["id_no"], "风险", "元", "咨询电话"):
        assert secret not in said, secret


def test_a_receipt_names_the_phone_of_an_office_that_has_one() -> None:
    assert "咨询电话：0910-0000000" in printed(documents.render(receipt(phone="0910-0000000")))


def test_a_receipt_says_where_to_judge_the_service_and_carries_a_code_for_the_camera() -> None:
    named = replace(about(), public_url="https://rs.example.cn")
    content = document_contents.receipt(named, ACCEPTED, FINISHED)

    assert "https://rs.example.cn/evaluation" in printed(
        documents.render(document("receipt", content))
    )
    drawn = documents._drawn(document("receipt", content).content)
    said = "https://rs.example.cn/document-check#N-1/ABCDEFGH2345"
    assert drawn["qr"] == qr_code.svg(said)


@pytest.mark.parametrize(
    ("day", "authority"),
    [
        (date(2023, 12, 31), "本级人民政府或者上一级主管部门"),
        (date(2024, 1, 1), "向本级人民政府申请"),
    ],
)
def test_the_remedies_in_force_are_told(day: date, authority: str) -> None:
    said = remedies.on(day).content()

    assert authority in said["review"]
    assert ("60日" in said["review"], "6个月" in said["court"]) == (True, True)


def test_a_notice_names_what_is_wrong_beside_what_is_missing() -> None:
    wrong = [{"kind": "material", "name": "银行卡", "reason": "已过有效期", "text": "五月到期"}]
    content = document_contents.notice(about(), ["居民身份证"], ACCEPTED, wrong)

    said = printed(documents.render(document("notice", content)))
    for value in (
        "一、缺少的材料",
        "居民身份证",
        "二、须补正的材料和内容",
        "银行卡：已过有效期（五月到期）",
    ):
        assert value in said, value


def test_an_employer_is_named_in_full() -> None:
    said = printed(documents.render(receipt(applicant=EMPLOYER)))

    assert "青山机械有限公司" in said
    assert EMPLOYER["id_no"] in said


def test_a_receipt_is_one_sheet_of_a5_across() -> None:
    (page,) = PdfReader(io.BytesIO(documents.render(receipt()))).pages

    assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 420)


@pytest.mark.parametrize("count", [1, 60])
def test_a_notice_names_all_that_is_missing_at_once(count: int) -> None:
    missing = [f"第{n}号材料（原件）" for n in range(count)]
    content = document_contents.notice(about(), missing, ACCEPTED)
    pdf = documents.render(document("notice", content))

    said = printed(pdf)
    for value in ("申请材料补正告知书", "一次性告知", "综合业务窗口补交", "陈晓燕T101", *missing):
        assert value in said, value
    pages = len(PdfReader(io.BytesIO(pdf)).pages)
    assert f"第{pages}页" in said


@pytest.mark.parametrize(
    ("instant", "told", "not_told"), [(False, "限时业务", "即时"), (True, "即时业务", "限时")]
)
def test_an_acceptance_slip_says_until_when(instant: bool, told: str, not_told: str) -> None:
    counted = "自2026-11-23次日起20个工作日"
    due_on = date(2026, 12, 21)
    content = document_contents.acceptance(about(), ACCEPTED, due_on, counted, instant=instant)

    said = printed(documents.render(document("acceptance", content)))
    for value in ("受理通知书", CASE_NO, "2026-11-2310:24受理", "2026-12-21", counted, told):
        assert value in said, value
    assert not_told not in said
    assert "风险" not in said


@pytest.mark.parametrize("kind", ["receipt", "notice", "acceptance", "denial", "unaccepted"])
def test_what_somebody_wrote_is_data_and_never_source(kind: str) -> None:
    applicant = {"kind": "employer", "name": NASTY, "id_no": NASTY}
    named = about(applicant=applicant, item=NASTY, phone=NASTY)
    content = {
        "receipt": document_contents.receipt(named, ACCEPTED, FINISHED, NASTY),
        "notice": document_contents.notice(named, [NASTY], ACCEPTED),
        "acceptance": document_contents.acceptance(
            named, ACCEPTED, date(2026, 12, 21), NASTY, instant=False
        ),
        "denial": {**named.content(), **REFUSED, "grounds": NASTY, "reasons": [NASTY]},
        "unaccepted": {
            **named.content(),
            **REFUSED,
            "reason": NASTY,
            "basis": NASTY,
            "text": NASTY,
        },
    }[kind]

    assert re.sub(r"\s", "", NASTY) in printed(documents.render(document(kind, content)))


def test_a_document_prints_the_same_bytes_each_time_and_in_each_process() -> None:
    first = documents.render(receipt())
    program = (
        "import sys; from tests.unit.test_documents import documents, receipt;"
        "sys.stdout.buffer.write(documents.render(receipt()))"
    )
    checkout = Path(__file__).parents[2]
    other = subprocess.run(  # noqa: S603 - this very interpreter
        [sys.executable, "-c", program], cwd=checkout, capture_output=True, check=True
    )

    assert documents.render(receipt()) == first
    assert other.stdout == first


def test_many_windows_print_at_once() -> None:
    papers = [receipt(item=f"事项{n}") for n in range(8)]
    found: dict[int, bytes] = {}

    def printing(n: int) -> None:
        found[n] = documents.render(papers[n])

    windows = [threading.Thread(target=printing, args=(n,)) for n in range(len(papers))]
    for window in windows:
        window.start()
    for window in windows:
        window.join()

    assert [found[n] for n in range(8)] == [documents.render(paper) for paper in papers]
    assert all(f"事项{n}" in printed(found[n]) for n in range(8))


def test_a_template_of_a_process_is_used_in_place_of_the_shipped_one() -> None:
    template = b"#let c = json(bytes(sys.inputs.content))\n#c.purpose #c.number"
    certificate = document("certificate", {"purpose": "purpose-of-it"})

    assert printed(documents.render(certificate, template)) == "purpose-of-itN-1"


@pytest.mark.parametrize("path", ["/../documents.py", "../../pyproject.toml", "/etc/passwd"])
def test_a_template_reads_nothing_of_the_machine(path: str) -> None:
    with pytest.raises(typst.TypstError):
        documents.render(receipt(), f'#read("{path}")'.encode())


def test_numbers_and_codes_are_fixed_when_a_document_is_issued(office: Sessions) -> None:
    kinds = (("notice", 1), ("notice", 2), ("receipt", 2), ("acceptance", 1))
    found = [issued(office, kind, ordinal) for kind, ordinal in kinds]

    assert [paper.number.removeprefix(CASE_NO) for paper in found] == ["-N1", "-N2", "-R2", "-A1"]
    codes = {paper.verification_code for paper in found}
    assert len(codes) == 4
    assert all(re.fullmatch("[2-9A-HJKMNP-Z]{12}", code) for code in codes)
    with office.reading() as session:
        latest = documents.latest(session, CASE_NO, "notice")
        assert documents.latest(session, CASE_NO, "certificate") is None
        assert documents.latest(session, "another case", "notice") is None
    assert latest is not None
    assert (latest.number, latest.digest) == (found[1].number, found[1].digest)


def test_what_a_document_says_is_sealed_at_rest(office: Sessions) -> None:
    issued(office, "certificate", name="欧阳淑芬")
    with office.reading() as session:
        stored = session.execute(text("SELECT content FROM documents")).scalar_one()

    assert "欧阳".encode() not in bytes(stored)


@pytest.mark.parametrize("column", ["verification_code", "number", "digest", "content"])
def test_a_row_that_is_not_what_was_issued_is_noticed(office: Sessions, column: str) -> None:
    real = issued(office)
    row = {
        "case_no": "another case",
        **{
            name: getattr(real, name)
            for name in ("kind", "number", "content", "suite", "digest", "issued_at")
        },
        "verification_code": "ZZZZZZZZZZZZ" if column == "verification_code" else "",
    }
    forged = {
        "number": "another case-R1",
        "digest": "0" * 64,
        "content": {**real.content, "result": "不予办理"},
    }
    with office.command() as session:
        session.execute(
            insert(IssuedDocument), row | {k: v for k, v in forged.items() if k == column}
        )

    with office.reading() as session:
        found = documents.latest(session, "another case", "receipt")
    assert found is not None
    with pytest.raises(InvariantBroken, match="not what was issued"):
        documents.render(found)
