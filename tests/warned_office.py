"""A case that came late to the counter: the law's time is over as it is accepted, and it is warned of."""

from typing import Any

from engine.timing import clock_warnings
from tests.clock_commands import STOP
from tests.people import Hall

LATE = {
    "received_at": "2026-09-01T02:00:00Z",
    "late_entry": {"reason": "上门受理", "paper_no": "上门2026-001"},
}


def overdue(hall: Hall) -> str:
    """The number of such a case, once its supervisor was warned."""
    case = hall.T101.accept({**hall.example("early_retirement_approval", 1, "county"), **LATE})
    state: Any = hall.client.app.state  # type: ignore[attr-defined]
    with state.sessions.command() as session:
        clock_warnings.warn(session, state.office.messages, case["case_no"])
    return str(case["case_no"])


def ordered(hall: Hall) -> None:
    """Leave a warning, and a stop that was ordered."""
    number = overdue(hall)
    hall.D101.post(f"/api/cases/{number}/clock-stop", STOP)
