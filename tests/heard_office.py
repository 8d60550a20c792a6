"""What stories about evaluations and complaints do: hold a paper, and fill in the public's forms."""

import re
from typing import Any

from sqlalchemy import select

from engine.paperwork.documents import IssuedDocument
from tests.people import Hall

HTML = {"accept": "text/html", "origin": "http://127.0.0.1:8000"}
INSTANT = ("enrollment_certificate", 3)
COMPLAINED = {"about": "delay", "words": "等了两个小时，电话 13900000000"}


def finished(hall: Hall, *, nth: int = 0) -> str:
    """A case that is done."""
    return str(hall.T101.accept(hall.example(*INSTANT, nth=nth))["case_no"])


def paper(hall: Hall, case_no: str) -> dict[str, str]:
    """Number and code of the newest paper of a case, as its form takes them."""
    asked = select(IssuedDocument).where(IssuedDocument.case_no == case_no)
    with hall.client.app.state.sessions.reading() as session:  # type: ignore[attr-defined]
        found = session.execute(asked.order_by(IssuedDocument.document_id.desc())).scalars().first()
        assert found is not None
        return {"number": found.number, "code": found.verification_code}


def send(hall: Hall, page: str, said: dict[str, str], to: str = "") -> Any:
    """The answer to somebody who isn't signed in and sends this page's form."""
    hall.client.cookies.clear()
    shown = hall.client.get(page, headers=HTML).text
    token = re.search(r'name="csrf" value="(\w+)"', shown)
    key = re.search(r'name="key" value="(\w+)"', shown)
    assert token
    form = {"csrf": token.group(1), "key": key.group(1) if key else "", **said}
    return hall.client.post(to or page, data=form, headers=HTML)


def evaluated(hall: Hall, case_no: str, grade: int, **said: str) -> Any:
    """The answer to an evaluation of a case by whoever holds its receipt."""
    return send(hall, "/evaluation", {**paper(hall, case_no), "grade": str(grade), **said})


def complained(hall: Hall, case_no: str, **said: str) -> str:
    """The number of a new complaint about a case."""
    answer = send(hall, "/complaint", {**paper(hall, case_no), **COMPLAINED, **said})
    assert answer.status_code == 200, answer.text
    found = re.search(r"TS\d{22}", answer.text)
    assert found
    return found.group()


def leave_rows(hall: Hall) -> None:
    """An evaluation and a complaint."""
    number = finished(hall)
    assert evaluated(hall, number, 2, cause="service").status_code == 200
    complained(hall, number)
