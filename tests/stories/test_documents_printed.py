"""What the applicant takes home: Chinese, the same each time, without what is no business of paper."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pypdf
import pytest
from sqlalchemy import select

from engine.paperwork import documents
from engine.paperwork.documents import IssuedDocument
from register import opening
from register.opening import PersonOpening, RelationOpening
from tests.people import Hall, Person

# Markup, code, quotes, and characters that few fonts have; none of it may do anything.
NASTY = '#strong[粗]"\\*_`$#read("/etc/passwd")'
RARE = "䶮㛃𠮷"
NASTY_ID = "610099198001012110"


def pdf(person: Person, path: str) -> bytes:
    answer = person.client.get(path, headers=person.headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    return bytes(answer.content)


def printed(content: bytes) -> str:
    """The text of a PDF without spaces and line ends."""
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))


def masked(body: dict[str, Any]) -> tuple[str, str]:
    number, name = body["applicant"]["id_no"], body["applicant"]["name"]
    return number[:3] + "*" * 11 + number[-4:], name[0] + "*" * (len(name) - 1)


def item(hall: Hall, process: str) -> str:
    return str(hall.client.get(f"/api/processes/{process}").json()["name"]["zh"])


@pytest.mark.parametrize(
    ("process", "level", "signers"),
    [("person_info_change_general", 3, ()), ("payment_account_change", 2, ("R101",))],
)
def test_a_receipt_says_what_was_done(
    hall: Hall, process: str, level: int, signers: tuple[str, ...]
) -> None:
    body = hall.example(process, level)
    case = hall.T101.accept(body)
    for name in signers:
        case = getattr(hall, name).sign(case["case_no"])

    said = printed(pdf(hall.T101, case["receipt"]["pdf"]))

    id_no, name = masked(body)
    expected = [
        case["case_no"],
        case["receipt"]["number"],
        case["receipt"]["verification_code"],
        item(hall, process),
        id_no,
        name,
        "王芳T101",
        "青山县社会保险经办中心",
        "办结",
    ]
    assert [text for text in expected if text not in said] == []
    hidden = [body["applicant"]["id_no"], body["applicant"]["name"], "风险", "一级", "二级", "三级"]
    assert [text for text in hidden if text in said] == []


def test_a_notice_says_everything_that_is_missing(hall: Hall) -> None:
    body = hall.example("payment_account_change", 2)
    case = hall.T101.accept({**body, "materials": []})

    said = printed(pdf(hall.T101, case["notice"]["pdf"]))

    missing = [entry["name"]["zh"] for entry in case["notice"]["missing"]]
    assert missing
    expected = [case["case_no"], item(hall, "payment_account_change"), *masked(body), "王芳T101"]
    assert [text for text in [*expected, *missing] if re.sub(r"\s", "", text) not in said] == []
    assert "风险" not in said


def test_a_certificate_is_made_out_in_full(hall: Hall) -> None:
    """It proves who is enrolled: name and number stand there whole, unlike on a receipt."""
    body = hall.example("enrollment_certificate", 3, nth=1)
    case = hall.T101.accept(body)

    said = printed(pdf(hall.T101, case["document"]["pdf"]))

    expected = [
        body["applicant"]["name"],
        body["applicant"]["id_no"],
        case["document"]["number"],
        case["document"]["verification_code"],
        case["case_no"],
        "青山县社会保险经办中心",
        "城镇企业职工基本养老保险",
    ]
    assert [text for text in expected if text not in said] == []
    assert "风险" not in said


def test_the_same_document_gives_the_same_bytes(hall: Hall) -> None:
    case = hall.T101.accept(hall.example("enrollment_certificate", 3))

    for path in (case["receipt"]["pdf"], case["document"]["pdf"]):
        assert pdf(hall.T101, path) == pdf(hall.A101, path)


def test_threads_do_not_get_in_each_others_way(hall: Hall) -> None:
    cases = [hall.T101.accept(hall.example("enrollment_certificate", 3, nth=n)) for n in range(2)]
    sessions = hall.client.app.state.sessions  # type: ignore[attr-defined]
    with sessions.reading() as session:
        listed = select(IssuedDocument).where(IssuedDocument.kind == "receipt")
        issued = list(session.execute(listed).scalars())
    assert len(issued) == len(cases)
    alone = [documents.render(document) for document in issued]

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(documents.render, issued * 6))

    assert together == alone * 6


@pytest.mark.parametrize("name", [NASTY, RARE, "长" * 60, "古丽努尔·买买提吐尔逊"])
def test_a_name_is_text_whatever_it_says(hall: Hall, name: str) -> None:
    sessions = hall.client.app.state.sessions  # type: ignore[attr-defined]
    born = PersonOpening(
        id_no=NASTY_ID,
        name=name,
        post_kind="M",
        first_work_on=None,
        relations=[RelationOpening("990101", 202001, "EMPLOYEE", "ACTIVE", None)],
        months=[],
        principal_cents=0,
        interest_cents=0,
        contact={},
        payment_account=None,
        pension=None,
    )
    with sessions.command() as session:
        opening.open_person(session, born, agency="990101")
    case = hall.T101.accept(
        {
            "process": "enrollment_certificate",
            "applicant": {"kind": "person", "id_no": NASTY_ID, "name": name},
            "form": {"purpose": "other", "scope": "contributions"},
            "materials": hall.example("enrollment_certificate", 3)["materials"],
        }
    )

    certificate = printed(pdf(hall.T101, case["document"]["pdf"]))
    receipt = printed(pdf(hall.T101, case["receipt"]["pdf"]))

    assert re.sub(r"\s", "", name) in certificate
    assert "root:" not in certificate
    assert name[0] + "*" * (len(name) - 1) in receipt
    assert name not in receipt


def test_what_was_not_issued_is_not_there(hall: Hall) -> None:
    waiting = hall.T101.accept(hall.example("payment_account_change", 2))["case_no"]
    for name in ("receipt", "notice", "document"):
        refused = hall.T101.get(f"/api/cases/{waiting}/{name}.pdf", 404)
        assert refused["rule"] == "document.not_issued"
    done = hall.T101.accept(hall.example("enrollment_certificate", 3))
    hall.T201.get(f"/api/cases/{done['case_no']}/receipt.pdf", 404)
