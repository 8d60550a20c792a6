"""The archive as its archivist sees it: cases that ended, filed, lent, and past their retention."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from authz import actors
from authz.offices.accounts import Account
from database.connection import Sessions
from engine.archiving import archive_disposal
from engine.archiving.manifests import ArchiveManifest
from tests.people import Hall, new_key

ARCHIVE = "/api/archive"
FILINGS, LOANS, DISPOSALS = f"{ARCHIVE}/filings", f"{ARCHIVE}/loans", f"{ARCHIVE}/disposals"
SEARCH = f"{ARCHIVE}/search"
WHO = {"borrower": "稽核科 冯洁", "purpose": "专项检查"}
PAPER = {"code": "id_card", "form": "paper", "reason": "窗口收取的纸质材料，随卷归入"}
WITNESSES = ("A101", "S101")
AGREED = {"agree": True, "opinion": "已过保管期限，无保存价值"}


def scan(hall: Hall, said: str, by: str = "T101") -> str:
    """The digest of a scan that says this."""
    answer = hall.client.post(
        "/api/files",
        files={"file": ("scan.pdf", b"%PDF-1.7 " + said.encode(), "application/pdf")},
        headers={**getattr(hall, by).headers, "Idempotency-Key": new_key()},
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["file"])


def ended(hall: Hall, said: str = "", process: str = "enrollment_certificate") -> str:
    """A certificate that was completed at once, each material scanned where ``said`` is."""
    body = hall.example(process, 3)
    if said:
        scans = {one["code"]: scan(hall, said + one["code"]) for one in body["materials"]}
        body["materials"] = [{**one, "file": scans[one["code"]]} for one in body["materials"]]
    return str(hall.T101.accept(body)["case_no"])


def file(hall: Hall, *case_nos: str, by: str = "V101") -> list[dict[str, Any]]:
    """File these cases, after their missing pieces were put into the folder; where they stand."""
    archivist = getattr(hall, by)
    for case_no in case_nos:
        for code in archivist.get(f"{ARCHIVE}/cases/{case_no}")["missing"]:
            supplement(hall, case_no, code, by)
    body = {"cases": [{"case_no": case_no, "pages": 3} for case_no in case_nos]}
    return list(archivist.post(FILINGS, body, status=201)["filed"])


def supplement(hall: Hall, case_no: str, code: str, by: str = "V101") -> None:
    """Put the paper of a missing piece into the folder."""
    said = {**PAPER, "code": code}
    getattr(hall, by).post(f"{ARCHIVE}/cases/{case_no}/supplements", said, status=201)


def loan(case_no: str, due_on: str = "2026-12-31") -> dict[str, Any]:
    """The body of a loan."""
    return {"case_no": case_no, "kind": "lend", "due_on": due_on, **WHO}


class Archive:
    """An archive with a filed case, a loan, and a list of what is past its retention."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.loans: list[str] = []
        self.filed = ended(hall, "filed")
        self.volume = str(file(hall, self.filed)[0]["volume_id"])
        self.lend()
        self.listed = ""
        self.list()

    def lend(self) -> None:
        """A new loan."""
        noted = self.hall.V101.post(LOANS, loan(self.new()), status=201)
        self.loans.append(str(noted["loan_id"]))

    def list(self, template: str = "") -> None:
        """A new disposal list, as far as an address asks for it."""
        self.listed = str(disposal(self.hall, self.new()))
        path = f"{DISPOSALS}/{self.listed}"
        if template.endswith(("/approval", "/witness", "/destruction")):
            for staff_no in ("V101", "D101", "S101"):
                getattr(self.hall, staff_no).post(f"{path}/appraisal", AGREED)
        if template.endswith(("/witness", "/destruction")):
            self.hall.Z101.post(f"{path}/approval", AGREED)
        if template.endswith("/destruction"):
            watch(self.hall, path)

    def new(self) -> str:
        """A case that was filed just now."""
        case_no = ended(self.hall, new_key())
        file(self.hall, case_no)
        return case_no

    def bodies(self) -> dict[str, Callable[[], Any]]:
        """Bodies that fit, by operation."""
        return {
            f"POST {SEARCH}": lambda: {"case_no": self.filed},
            f"POST {FILINGS}": lambda: {
                "cases": [{"case_no": ended(self.hall, new_key()), "pages": 1}]
            },
            f"POST {LOANS}": lambda: loan(self.new()),
            f"POST {ARCHIVE}/cases/{{case_no}}/supplements": lambda: PAPER,
            f"POST {DISPOSALS}/{{list_id}}/appraisal": lambda: AGREED,
            f"POST {DISPOSALS}/{{list_id}}/approval": lambda: AGREED,
        }


def disposal(hall: Hall, *case_nos: str) -> int:
    """A disposal list of these cases, as the archivist makes it when their retention is over."""
    return disposal_in(hall.client.app.state.sessions, *case_nos)  # type: ignore[attr-defined]


def disposal_in(sessions: Sessions, *case_nos: str) -> int:
    """The same, in an office behind a server."""
    with sessions.command() as session:
        archivist = select(Account.account_id).where(Account.staff_no == "V101")
        actor = actors.load(session, session.execute(archivist).scalar_one())
        due = select(ArchiveManifest).where(ArchiveManifest.case_no.in_(case_nos))
        listed = session.execute(due.order_by(ArchiveManifest.case_id)).scalars().all()
        return archive_disposal.listed(session, actor, listed)


def everything(hall: Hall) -> None:
    """A row in every table of the archive: filed, supplemented, lent, back, appraised, destroyed."""
    kept, gone = ended(hall), ended(hall, "to be destroyed")
    file(hall, kept, gone)
    noted = hall.V101.post(LOANS, loan(kept), status=201)
    hall.V101.post(f"{LOANS}/{noted['loan_id']}/return")
    path = f"{DISPOSALS}/{disposal(hall, gone)}"
    for staff_no in ("V101", "D101", "S101"):
        getattr(hall, staff_no).post(f"{path}/appraisal", AGREED)
    hall.Z101.post(f"{path}/approval", AGREED)
    watch(hall, path)
    hall.V101.post(f"{path}/destruction")


def watch(hall: Hall, path: str) -> None:
    """The two witnesses of a destruction stand by."""
    for staff_no in WITNESSES:
        getattr(hall, staff_no).post(f"{path}/witness")
