"""The commands of an erasure, as fault points and hostile requests send them: asked for, and rejected.

That one is carried out needs the owner of the tables in between, and is told in its own story.
"""

from typing import Any

from tests.commanded_office import Command, CommandedOffice, Ready
from tests.erased_office import ERASURES, REASON, REJECTED
from tests.people import Hall

_DECISION = f"{ERASURES}/{{request_id}}/decision"


def entry(hall: Hall) -> dict[str, Any]:
    """A request about somebody of whom none waits."""
    for one in hall.H001.get(ERASURES)["items"]:
        if one["status"] == "waiting":
            hall.H001.post(f"{ERASURES}/{one['request_id']}/decision", REJECTED)
    # Nobody else's cases in any command are his: no open one of his stands in the way.
    applicant = hall.example("enrollment_certificate", 3, nth=1)["applicant"]
    found = hall.T101.post("/api/register/search", {"id_no": applicant["id_no"]})
    return {"person_id": found["person_id"], "basis": "request", "reason": REASON}


def waiting(hall: Hall) -> str:
    """The number of a request that waits for its decision."""
    return str(hall.C001.post(ERASURES, entry(hall), status=201)["request_id"])


def _ask(office: CommandedOffice) -> Ready:
    """About somebody who was asked about before: only the first request of all makes his key."""
    waiting(office.hall)
    return office.post("C001", ERASURES, entry(office.hall))


def _reject(office: CommandedOffice) -> Ready:
    return office.post("Z101", f"{ERASURES}/{waiting(office.hall)}/decision", REJECTED)


ERASURE_COMMANDS: tuple[Command, ...] = (
    Command("ask for an erasure", f"POST {ERASURES}", _ask, 201),
    Command("reject an erasure", f"POST {_DECISION}", _reject),
)
