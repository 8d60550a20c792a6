"""The commands of owners, questions to superiors and first contacts, as fault points walk them."""

from typing import Any

from tests import green_commands
from tests.commanded_office import Command, CommandedOffice, Ready
from tests.people import Hall

HANDED = {"to": "T102", "reason": "调往后台，不再负责窗口"}
ASKED = {"post": "director", "question": "申请人情形特殊，可否受理？"}
ANSWERED = {"answer": "可以办理"}
CONTACT = {
    "matter": "咨询医疗保险报销",
    "belongs_to": "医疗保障局",
    "visitor": {"name": "王小明", "phone": "13912345678"},
}
ENDING = {"kind": "referral", "text": "带到医保窗口", "taken_by": "G101"}
CONTACTS = "/api/first-contacts"
_INSTANT = ("payment_account_change", 2, None)


def contact(hall: Hall) -> str:
    """A first contact that a teller recorded; its number."""
    return str(hall.T101.post(CONTACTS, CONTACT, status=201)["contact_id"])


def bring(hall: Hall, case_no: str, state: str) -> None:
    """Bring a case of the teller's to where an operation of these is right."""
    path = f"/api/cases/{case_no}"
    if state == "offered":
        hall.T101.post(f"{path}/owner-offer", HANDED, status=201)
    if state == "asking":
        hall.T101.post(f"{path}/consultation", ASKED, status=201)
    if state == "green":
        hall.S101.post(f"{path}/green-channel", green_commands.SAID, status=201)


def leave_rows(hall: Hall) -> None:
    """A row in every table of these three."""
    number = hall.T101.accept(hall.example(*_INSTANT))["case_no"]
    path = f"/api/cases/{number}"
    hall.T101.post(f"{path}/owner-offer", HANDED, status=201)
    hall.T102.post(f"{path}/owner-answer", {"accept": True})
    hall.T102.post(f"{path}/consultation", ASKED, status=201)
    hall.Z101.post(f"{path}/consultation-answer", ANSWERED)
    hall.T101.post(f"{CONTACTS}/{contact(hall)}/ending", ENDING)


def bodies() -> dict[str, Any]:
    """Bodies that fit, by operation."""
    return {
        "POST /api/cases/{case_no}/owner-offer": lambda: HANDED,
        "POST /api/cases/{case_no}/owner-order": lambda: HANDED,
        "POST /api/cases/{case_no}/owner-answer": lambda: {"accept": True},
        "POST /api/cases/{case_no}/consultation": lambda: ASKED,
        "POST /api/cases/{case_no}/consultation-answer": lambda: ANSWERED,
        f"POST {CONTACTS}": lambda: CONTACT,
        f"POST {CONTACTS}/{{contact_id}}/ending": lambda: ENDING,
    }


def _of_case(by: str, path: str, said: Any, *before: tuple[str, str, Any]) -> Any:
    def prepare(office: CommandedOffice) -> Ready:
        number = office.accepted(office.example(*_INSTANT))
        for who, done, body in before:
            office.person(who).post(f"/api/cases/{number}/{done}", body, status=201)
        return office.post(by, f"/api/cases/{number}/{path}", said, number)

    return prepare


def _end(office: CommandedOffice) -> Ready:
    return office.post("T101", f"{CONTACTS}/{contact(office.hall)}/ending", ENDING)


_CASE = "POST /api/cases/{case_no}"
OWNER_COMMANDS: tuple[Command, ...] = (
    Command("offer a case", f"{_CASE}/owner-offer", _of_case("T101", "owner-offer", HANDED), 201),
    Command("order an owner", f"{_CASE}/owner-order", _of_case("S101", "owner-order", HANDED), 201),
    Command(
        "take a case over",
        f"{_CASE}/owner-answer",
        _of_case("T102", "owner-answer", {"accept": True}, ("T101", "owner-offer", HANDED)),
    ),
    Command(
        "ask a superior", f"{_CASE}/consultation", _of_case("T101", "consultation", ASKED), 201
    ),
    Command(
        "answer a question",
        f"{_CASE}/consultation-answer",
        _of_case("Z101", "consultation-answer", ANSWERED, ("T101", "consultation", ASKED)),
    ),
    Command(
        "record a first contact",
        f"POST {CONTACTS}",
        lambda office: office.post("T101", CONTACTS, CONTACT),
        201,
    ),
    Command("end a first contact", f"POST {CONTACTS}/{{contact_id}}/ending", _end),
)
