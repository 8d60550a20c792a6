"""The command that lets somebody take out more, as fault points walk it."""

from tests import exported_office
from tests.commanded_office import Command, CommandedOffice, Ready

PERMITS = "/api/export-permits"


def _permit(office: CommandedOffice) -> Ready:
    return office.post("C001", PERMITS, exported_office.PERMIT)


EXPORT_COMMANDS: tuple[Command, ...] = (
    Command("permit a larger export", f"POST {PERMITS}", _permit, 201),
)
