"""The commands that move the clocks of a case, as fault points walk them."""

from tests import software_token
from tests.commanded_office import Command, CommandedOffice, Ready
from tests.people import PASSWORD
from tests.software_token import Token

ORDER = {"reason": "appraisal", "basis": "鉴定委托书〔2026〕3号"}
LONGER = {"reason": "complex", "days": 5}
SIGNED = {"password": PASSWORD}
STOP = {**ORDER, **SIGNED}
EXTENSION = {**LONGER, **SIGNED}
TO_SIGN = {"stop": ORDER, **SIGNED}


def _case(office: CommandedOffice) -> str:
    return office.accepted(office.example("account_adjustment", 1, "county"))


def _stop(office: CommandedOffice) -> Ready:
    number = _case(office)
    return office.post("D101", f"/api/cases/{number}/clock-stop", STOP, number)


def _resume(office: CommandedOffice) -> Ready:
    number = _case(office)
    office.hall.D101.post(f"/api/cases/{number}/clock-stop", STOP)
    return office.post("D101", f"/api/cases/{number}/clock-resumption", SIGNED, number)


def _extend(office: CommandedOffice) -> Ready:
    number = _case(office)
    return office.post("Z101", f"/api/cases/{number}/extension", EXTENSION, number)


def _prepare(office: CommandedOffice) -> Ready:
    """Another county's deputy director, with a key of his own, is about to stop a clock."""
    body = office.example("account_adjustment", 1, "county")
    theirs = next(one for one in office.hall.demo["persons"] if one["name"] == "江南")
    body["applicant"] = {"kind": "person", "id_no": theirs["id_no"], "name": theirs["name"]}
    number = str(office.person("T201").accept(body)["case_no"])
    software_token.enrol(office.hall, "D201", Token("intl-1"))
    path = f"/api/cases/{number}/clock-signing"
    # His password stands from here on: each one given is noted anew, whatever becomes of the request.
    office.person("D201").post(path, TO_SIGN)
    return office.post("D201", path, {"stop": ORDER}, number)


CLOCK_COMMANDS: tuple[Command, ...] = (
    Command("stop a clock", "POST /api/cases/{case_no}/clock-stop", _stop),
    Command("let a clock go on", "POST /api/cases/{case_no}/clock-resumption", _resume),
    Command("extend", "POST /api/cases/{case_no}/extension", _extend),
    Command("prepare an order", "POST /api/cases/{case_no}/clock-signing", _prepare),
)
