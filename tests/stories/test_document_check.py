"""A paper is checked by its code by whoever holds it, without signing in."""

from typing import Any

import pytest
from sqlalchemy import select, update

from database import connection
from database.connection import OfficeSession
from engine.paperwork import documents
from engine.paperwork.documents import IssuedDocument
from tests import book
from tests.databases import Database
from tests.people import Hall
from tests.stories.test_desk_doors import HTML, OWN, token_in


def issued(hall: Hall, process: str, nth: int = 0) -> tuple[dict[str, Any], Any]:
    """A completed case, and its certificate as it was issued."""
    body = hall.example(process, 3, nth=nth)
    case = hall.T101.accept(body)
    sessions = hall.client.app.state.sessions  # type: ignore[attr-defined]
    with sessions.reading() as session:
        found = documents.latest(session, case["case_no"], "certificate")
        assert found is not None
        return body, (found.number, found.verification_code)


def test_a_certificate_is_genuine_by_its_code(hall: Hall) -> None:
    body, (number, code) = issued(hall, "enrollment_certificate")

    answer = hall.client.get(f"/api/documents/{code}")

    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert (said["kind"], said["number"]) == ("certificate", number)
    assert said["name"]["zh"] == "参保证明开具"
    assert said["agency"]["code"] == "990101"
    # As on every screen, of the person only what is needed to compare.
    assert body["applicant"]["name"] not in answer.text
    assert body["applicant"]["id_no"] not in answer.text
    assert said["holder"] == "杨*"
    assert said["id_no"].endswith(body["applicant"]["id_no"][-4:])
    # As people type it from paper.
    grouped = f"{code[:4]}-{code[4:8]} {code[8:]}".lower()
    assert hall.client.get(f"/api/documents/{grouped}").json() == said


def test_an_employers_certificate_names_it(hall: Hall) -> None:
    body, (_, code) = issued(hall, "enrollment_certificate", nth=2)

    said = hall.client.get(f"/api/documents/{code}").json()

    assert (said["holder"], said["id_no"]) == (
        body["applicant"]["name"],
        body["applicant"]["id_no"],
    )


@pytest.mark.parametrize("code", ["ABCDEFGH2345", "'", "%25", "码" * 40])
def test_another_code_is_of_no_paper(hall: Hall, code: str) -> None:
    answer = hall.client.get(f"/api/documents/{code}")

    assert (answer.status_code, answer.json()["rule"]) == (404, "document.unknown_code")


def test_an_altered_document_was_not_issued(hall: Hall, database: Database) -> None:
    _, (_, code) = issued(hall, "enrollment_certificate")
    _, (_, other) = issued(hall, "enrollment_certificate", nth=1)
    book.without_triggers(database)
    content = select(IssuedDocument.content).where(IssuedDocument.verification_code == other)
    engine = connection.connect(database.owner_url)
    with OfficeSession(engine) as session, session.begin():
        altered = session.execute(content).scalar_one()
        session.execute(
            update(IssuedDocument)
            .where(IssuedDocument.verification_code == code)
            .values(content=altered)
        )
    engine.dispose()

    answer = hall.client.get(f"/api/documents/{code}")

    assert (answer.status_code, answer.json()["rule"]) == (404, "document.unknown_code")


def test_the_page_needs_no_signing_in(hall: Hall) -> None:
    _, (number, code) = issued(hall, "benefit_certificate")
    hall.client.cookies.clear()
    token = token_in(hall.client.get("/document-check", headers=HTML).text)
    form = {"csrf": token, "verification_code": code}

    page = hall.client.post("/document-check", data=form, headers={**HTML, **OWN})
    assert page.status_code == 200
    assert number in page.text
    wrong = hall.client.post(
        "/document-check", data={**form, "verification_code": "X"}, headers={**HTML, **OWN}
    )
    assert wrong.status_code == 404
    assert "本机构没有出具过此核验码的文书" in wrong.text
