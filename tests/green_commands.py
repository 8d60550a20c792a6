"""The commands of the green channel, as fault points walk it."""

from tests.commanded_office import Command, CommandedOffice, Ready
from tests.people import Hall

_INSTANT = ("payment_account_change", 2, None)
SAID = {"category": "elderly", "reason": "八十六岁，独自前来"}
WITHDRAWN = {"reason": "核对后不属于绿色通道情形"}


def withdrawn(hall: Hall, case_no: str) -> None:
    """Take a case out of the green channel again."""
    hall.S101.post(f"/api/cases/{case_no}/green-channel/withdrawal", WITHDRAWN)


def _approve(office: CommandedOffice) -> Ready:
    number = office.accepted(office.example(*_INSTANT))
    return office.post("S101", f"/api/cases/{number}/green-channel", SAID, number)


def _withdraw(office: CommandedOffice) -> Ready:
    number = office.accepted(office.example(*_INSTANT))
    office.hall.S101.post(f"/api/cases/{number}/green-channel", SAID, status=201)
    return office.post("S101", f"/api/cases/{number}/green-channel/withdrawal", WITHDRAWN, number)


GREEN_COMMANDS: tuple[Command, ...] = (
    Command("let a case go first", "POST /api/cases/{case_no}/green-channel", _approve, 201),
    Command(
        "let a case go in its turn again",
        "POST /api/cases/{case_no}/green-channel/withdrawal",
        _withdraw,
    ),
)
