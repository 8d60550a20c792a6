"""The commands of windows: their register, and a teller's turn at one; as fault points walk them."""

from typing import Any

from tests import windowed
from tests.commanded_office import Command, CommandedOffice, Ready
from tests.people import Hall
from tests.windowed import ENDING, PAUSE, WINDOWS

_ONE = f"POST {WINDOWS}/{{window_id}}"


def bodies() -> dict[str, Any]:
    """Bodies that fit, by operation."""
    return {
        f"POST {WINDOWS}": lambda: windowed.entry(windowed.new_number()),
        f"{_ONE}/end": lambda: ENDING,
        f"{_ONE}/pause": lambda: PAUSE,
    }


def ready_for(hall: Hall, act: str) -> str:
    """The number of a new window at which this act of a teller's, or its end, is right."""
    windowed.nobody_sits(hall)
    made = hall.S101.post(WINDOWS, windowed.entry(windowed.new_number()), status=201)
    path = f"{WINDOWS}/{made['window_id']}"
    if act in ("pause", "resumption", "closing"):
        hall.T101.post(f"{path}/opening")
    if act == "resumption":
        hall.T101.post(f"{path}/pause", PAUSE)
    return str(made["window_id"])


def _act(by: str, act: str, said: Any = None) -> Any:
    def prepare(office: CommandedOffice) -> Ready:
        return office.post(by, f"{WINDOWS}/{ready_for(office.hall, act)}/{act}", said)

    return prepare


def _enter(office: CommandedOffice) -> Ready:
    return office.post("S101", WINDOWS, windowed.entry(windowed.new_number()))


WINDOW_COMMANDS: tuple[Command, ...] = (
    Command("enter a window", f"POST {WINDOWS}", _enter, 201),
    Command("end a window", f"{_ONE}/end", _act("S101", "end", ENDING)),
    Command("open a window", f"{_ONE}/opening", _act("T101", "opening")),
    Command("pause a window", f"{_ONE}/pause", _act("T101", "pause", PAUSE)),
    Command("go on at a window", f"{_ONE}/resumption", _act("T101", "resumption")),
    Command("close a window", f"{_ONE}/closing", _act("T101", "closing")),
    Command("close another's window", f"{_ONE}/closing", _act("S101", "closing")),
)
