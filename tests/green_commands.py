"""The command of the green channel, as fault points walk it."""

from tests.commanded_office import Command, CommandedOffice, Ready

_INSTANT = ("payment_account_change", 2, None)
SAID = {"category": "elderly", "reason": "八十六岁，独自前来"}


def _approve(office: CommandedOffice) -> Ready:
    number = office.accepted(office.example(*_INSTANT))
    return office.post("S101", f"/api/cases/{number}/green-channel", SAID, number)


GREEN_COMMANDS: tuple[Command, ...] = (
    Command("let a case go first", "POST /api/cases/{case_no}/green-channel", _approve, 201),
)
