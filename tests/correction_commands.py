"""The correction of a completed case, as fault points walk it: both cases, their journals and the pointer."""

from tests import corrections
from tests.commanded_office import Command, CommandedOffice, Ready


def _correct(office: CommandedOffice) -> Ready:
    body = office.example("person_info_change_general", 3, None)
    number = office.accepted(body)
    return office.post("T101", "/api/cases", corrections.body(body, number))


CORRECTION_COMMANDS: tuple[Command, ...] = (
    Command("correct a completed case", "POST /api/cases", _correct, 201),
)
