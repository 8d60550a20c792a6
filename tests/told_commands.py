"""The commands about messages, as fault points walk them: whose applicant is told, and sending again."""

from tests import told_office
from tests.commanded_office import Command, CommandedOffice, Ready

_INSTANT = ("payment_account_change", 2, None)


def _accept(office: CommandedOffice) -> Ready:
    told_office.set_plan(office.hall, told_office.beside_data(office.hall))
    body = {**office.example(*_INSTANT), "contact": told_office.CONTACT}
    return office.post("T101", "/api/cases", body)


def _send_again(office: CommandedOffice) -> Ready:
    number = told_office.dead(office.hall)
    return office.post("admin", f"/api/undelivered/{number}/sending")


TOLD_COMMANDS: tuple[Command, ...] = (
    Command("accept, to be told", "POST /api/cases", _accept, 201),
    Command("send again", "POST /api/undelivered/{message_id}/sending", _send_again),
)
