"""What commands about one case share: who sends them must see it, and is answered with it as it is now."""

from starlette.responses import Response

from api.dependencies import Command
from engine import handling, views


def require_seen(command: Command, case_no: str) -> None:
    """Raise CaseNotFound unless the case is there and may be seen."""
    handling.open_case(command.session, command.office, command.actor, case_no)


def answered(command: Command, case_no: str, status: int) -> Response:
    """The case as its sender sees it now."""
    shown = views.case_view(command.session, command.office, command.actor, case_no)
    return command.answer(shown, status)
