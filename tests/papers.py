"""What stories about papers do: find faults, give notices, turn somebody away, hand papers out."""

import io
import re
from datetime import datetime
from typing import Any

import pypdf

from database.clock import office_date
from tests.people import Hall, Person, new_key

PROCESS = ("payment_account_change", 2, None)
REFUSALS = "/api/window-refusals"
OVERLOOKED = {"reason": "overlooked", "text": "首次告知时漏看了证件有效期"}


def fault(kind: str, code: str, reason: str = "other", text: str = "与原件不符") -> dict[str, str]:
    """One fault as a body names it."""
    return {"kind": kind, "code": code, "reason": reason, "text": text}


def scan(person: Person, content: bytes) -> str:
    """The digest of a new scan."""
    sent = person.client.post(
        "/api/files",
        files={"file": ("scan.pdf", b"%PDF-1.7 " + content, "application/pdf")},
        headers={**person.headers, "Idempotency-Key": new_key()},
    )
    assert sent.status_code == 201, sent.text
    return str(sent.json()["file"])


def faulty(hall: Hall, *faults: dict[str, str], **said: Any) -> str:
    """A new case that waits for its applicant, who was told of these faults."""
    body = {**hall.example(*PROCESS), "faults": list(faults), **said}
    case = hall.T101.accept(body)
    assert case["status"] == "awaiting_materials", case
    return str(case["case_no"])


def tell(person: Person, case_no: str, *faults: dict[str, str], status: int = 201) -> Any:
    """Give the applicant a notice."""
    path = f"/api/cases/{case_no}/notices"
    return person.post(path, {"faults": list(faults)}, status=status)


def permit(person: Person, case_no: str, *items: tuple[str, str], status: int = 201) -> Any:
    """Sign that these items may be named late."""
    named = [{"kind": kind, "code": code} for kind, code in items]
    body = {"items": named, **OVERLOOKED}
    return person.post(f"/api/cases/{case_no}/notice-permits", body, status=status)


def told_late(hall: Hall) -> str:
    """A case whose second notice named, by a supervisor's permit, what the first had kept back."""
    number = faulty(hall, fault("field", "bank_name"))
    permit(hall.S101, number, ("material", "id_card"))
    tell(hall.T101, number, fault("material", "id_card", "expired", ""))
    return number


def refusal(hall: Hall, **said: Any) -> dict[str, Any]:
    """The body of a refusal at the window."""
    body = hall.example(*PROCESS)
    return {
        "process": body["process"],
        "applicant": body["applicant"],
        "reason": "not_competent",
        "basis": "社会保险经办条例第七条",
        "text": "您的参保关系在邻县，请到参保地经办机构办理，我们可以代为联系。",
        **said,
    }


def turned_away(hall: Hall, **said: Any) -> dict[str, Any]:
    """A refusal at the window, as the answer shows it."""
    found: dict[str, Any] = hall.T101.post(REFUSALS, refusal(hall, **said), status=201)
    return found


def delivery(paper: dict[str, Any], **said: Any) -> dict[str, Any]:
    """The body of a delivery at the window, on the day the document was issued."""
    issued_on = office_date(datetime.fromisoformat(paper["issued_at"]))
    return {"way": "window", "delivered_on": issued_on.isoformat(), **said}


def paper_of(hall: Hall, case_no: str, kind: str) -> dict[str, Any]:
    """The newest document of a kind of a case, from its list."""
    listed = hall.T101.get(f"/api/cases/{case_no}/documents")["items"]
    found: dict[str, Any] = [one for one in listed if one["kind"] == kind][-1]
    return found


def printed(person: Person, path: str) -> str:
    """The text of a PDF without spaces and line ends."""
    answer = person.client.get(path, headers=person.headers)
    assert answer.status_code == 200, answer.text
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))


def leave_a_row_in_each(hall: Hall) -> str:
    """Do what leaves a row in every table of papers; the case."""
    number = told_late(hall)
    turned_away(hall)
    paper = paper_of(hall, number, "notice")
    path = f"/api/cases/{number}/documents/{paper['number']}/deliveries"
    hall.T101.post(path, delivery(paper), status=201)
    return number
