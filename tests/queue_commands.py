"""The commands of queues: claims by the dozen, handing on, saved choices; as fault points walk them."""

from collections.abc import Callable
from typing import Any

from tests.commanded_office import Command, CommandedOffice, Ready
from tests.people import Hall

_INSTANT = ("payment_account_change", 2, None)
SAID = {"name": "二级件", "queue": "all", "asked": {"level": "2", "sort": "-arrived"}}
SHARED = {**SAID, "post": "reviewer"}
GIVEN = {"to": "R101", "reason": "workload"}


def bodies(task: Callable[[], str]) -> dict[str, Callable[[], Any]]:
    """For each operation a body that it would fulfil; ``task`` finds one that waits."""
    return {
        "POST /api/tasks/claims": lambda: {"tasks": [task()]},
        "POST /api/tasks/{task_id}/transfer": lambda: GIVEN,
        "POST /api/saved-queues": lambda: SAID,
    }


def saved(hall: Hall) -> str:
    """A new saved choice of a teller's."""
    return str(hall.T101.post("/api/saved-queues", SAID, status=201)["saved_id"])


def _task(office: CommandedOffice, number: str) -> str:
    return str(office.hall.R102.case(number)["waiting"][0]["task_id"])


def _claim_many(office: CommandedOffice) -> Ready:
    """Of two tasks one can be had; what was done to the other is told in its row."""
    number, other = (office.accepted(office.example(*_INSTANT)) for _ in range(2))
    tasks = [_task(office, number), _task(office, other)]
    office.hall.R101.post(f"/api/tasks/{tasks[1]}/claim")
    return office.post("R102", "/api/tasks/claims", {"tasks": tasks}, number)


def _hand_on(office: CommandedOffice) -> Ready:
    return office.task("R102", office.accepted(office.example(*_INSTANT)), "transfer", GIVEN)


def _removal(staff_no: str, said: dict[str, Any]) -> Any:
    def prepare(office: CommandedOffice) -> Ready:
        person = office.person(staff_no)
        made = person.post("/api/saved-queues", said, status=201)
        return office.post(staff_no, f"/api/saved-queues/{made['saved_id']}/removal")

    return prepare


SAVE, REMOVE = "POST /api/saved-queues", "POST /api/saved-queues/{saved_id}/removal"
QUEUE_COMMANDS: tuple[Command, ...] = (
    Command("claim many", "POST /api/tasks/claims", _claim_many),
    Command("hand a task on", "POST /api/tasks/{task_id}/transfer", _hand_on),
    Command("share a queue", SAVE, lambda office: office.post("S101", SAVE[5:], SHARED), 201),
    Command("remove a saved queue", REMOVE, _removal("R102", SAID)),
    Command("remove a shared queue", REMOVE, _removal("S101", SHARED)),
)
