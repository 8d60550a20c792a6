"""The commands of an erasure, as fault points and hostile requests send them: asked, rejected, carried out.

Who is erased is somebody new each time: nobody can be erased twice, and nobody else's case is about him.
"""

from typing import Any

from api.command_line import key_separation
from database import connection
from database.connection import Sessions
from register import identity
from tests import erased_office
from tests.commanded_office import Command, CommandedOffice, Ready
from tests.erased_office import AGREED, ERASURES, REASON, REJECTED
from tests.people import Hall
from tests.staff_commands import new_id_no

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


def _approve(office: CommandedOffice) -> Ready:
    """Of somebody who enrolled and was given a certificate, with a scan that goes with him."""
    hall = office.hall
    _, told = erased_office.certified(hall, _enrolled(hall))
    decision = erased_office.asked(hall, told["person_id"])
    _separate(office)
    return office.post("Z101", decision, AGREED)


def _enrolled(hall: Hall) -> dict[str, Any]:
    """Somebody new on the register, as an applicant."""
    number = new_id_no()
    sex = identity.sex_of(number)
    body = hall.example("flexible_enrollment", 2)
    birth = identity.birth_of(number).isoformat()
    applicant = {**body["applicant"], "id_no": number, "name": "新参保人"}
    form = {"birth": birth, "sex": sex, "post_kind": {"M": "M", "F": "F55"}[sex]}
    enrolled = {**body, "applicant": applicant, "form": {**body["form"], **form}}
    hall.R101.sign(hall.T101.accept(enrolled)["case_no"])
    return applicant


def _separate(office: CommandedOffice) -> None:
    """As ``tongban keys separate``; on SQLite in the office's own sessions, whose writes are recorded."""
    engine = connection.connect(office.owner_url) if office.owner_url else None
    own: Sessions = office.hall.client.app.state.sessions  # type: ignore[attr-defined]
    owner = Sessions(engine) if engine else own
    with owner.reading() as session:
        waiting = key_separation.to_be_moved(session)
    for one in waiting:
        key_separation.move(owner, one)
    if engine:
        engine.dispose()


ERASURE_COMMANDS: tuple[Command, ...] = (
    Command("ask for an erasure", f"POST {ERASURES}", _ask, 201),
    Command("reject an erasure", f"POST {_DECISION}", _reject),
    Command("carry an erasure out", f"POST {_DECISION}", _approve),
)
