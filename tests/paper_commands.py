"""The commands about papers, as fault points walk them: notices, permits, refusals, deliveries."""

from typing import Any

from tests import papers
from tests.commanded_office import Command, CommandedOffice, Ready
from tests.papers import REFUSALS

_FIELD = papers.fault("field", "bank_name")
_CARD = papers.fault("material", "id_card", "expired", "")


def _accept_faulty(office: CommandedOffice) -> Ready:
    body = {**office.example(*papers.PROCESS), "faults": [_FIELD, _CARD]}
    return office.post("T101", "/api/cases", body)


def _tell(office: CommandedOffice) -> Ready:
    number = office.accepted(office.example(*papers.PROCESS))
    office.hall.R101.sign(number, "return", reasons=["material_unfit"])
    return office.post("T101", f"/api/cases/{number}/notices", {"faults": [_CARD]}, number)


def _tell_late(office: CommandedOffice) -> Ready:
    number = papers.faulty(office.hall, _FIELD)
    papers.permit(office.hall.S101, number, ("material", "id_card"))
    return office.post("T101", f"/api/cases/{number}/notices", {"faults": [_CARD]}, number)


def _permit(office: CommandedOffice) -> Ready:
    number = papers.faulty(office.hall, _FIELD)
    said = {"items": [{"kind": "material", "code": "id_card"}], **papers.OVERLOOKED}
    return office.post("S101", f"/api/cases/{number}/notice-permits", said, number)


def _refuse(office: CommandedOffice) -> Ready:
    return office.post("T101", REFUSALS, papers.refusal(office.hall))


def _of_paper(act: str) -> Any:
    def prepare(office: CommandedOffice) -> Ready:
        number = papers.faulty(office.hall, _FIELD)
        paper = papers.paper_of(office.hall, number, "notice")
        said = papers.delivery(paper) if act == "deliveries" else None
        path = f"/api/cases/{number}/documents/{paper['number']}/{act}"
        return office.post("T101", path, said, number)

    return prepare


PAPERS = "/api/cases/{case_no}/documents/{number}"
PAPER_COMMANDS: tuple[Command, ...] = (
    Command("accept what is faulty", "POST /api/cases", _accept_faulty, 201),
    Command("tell the applicant", "POST /api/cases/{case_no}/notices", _tell, 201),
    Command("tell the applicant late", "POST /api/cases/{case_no}/notices", _tell_late, 201),
    Command("permit a late notice", "POST /api/cases/{case_no}/notice-permits", _permit, 201),
    Command("refuse at the window", f"POST {REFUSALS}", _refuse, 201),
    Command("print a paper again", f"POST {PAPERS}/printing", _of_paper("printing")),
    Command("deliver a paper", f"POST {PAPERS}/deliveries", _of_paper("deliveries"), 201),
)
