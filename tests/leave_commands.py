"""Every command about leaves, left desks and named signers, each ready to be sent once."""

from tests import leave_bodies
from tests.commanded_office import Command, CommandedOffice, Ready
from tests.people import Hall, new_key

LEAVES, NAMED, PAUSE = "/api/leaves", "/api/named-signers", "/api/desk-pause"
CONTACT = {"contact": "咨询台 0000-7000101"}


def entered(hall: Hall) -> str:
    """A leave of the guide's that nobody confirmed."""
    return str(hall.G101.post(LEAVES, leave_bodies.far(), status=201)["leave_id"])


def named(hall: Hall) -> str:
    """Somebody named for a county."""
    return str(hall.H001.post(NAMED, leave_bodies.naming(), status=201)["naming_id"])


def at_the_desk(hall: Hall) -> None:
    """The guide is at his desk, whatever was before."""
    headers = {**hall.G101.headers, "Idempotency-Key": new_key()}
    answer = hall.client.post(f"{PAUSE}/end", json={}, headers=headers)
    assert answer.status_code in (200, 409), answer.text


def trace(hall: Hall) -> None:
    """Leave a row in every table of leaves, left desks and named signers."""
    leave_id = entered(hall)
    hall.S101.post(f"{LEAVES}/{leave_id}/confirmation")
    hall.S101.post(f"{LEAVES}/{leave_id}/end")
    hall.G101.post(PAUSE, CONTACT, status=201)
    hall.G101.post(f"{PAUSE}/end")
    hall.H001.post(f"{NAMED}/{named(hall)}/end")


def _leave_desk(office: CommandedOffice) -> Ready:
    at_the_desk(office.hall)
    return office.post("G101", PAUSE, CONTACT)


def _come_back(office: CommandedOffice) -> Ready:
    at_the_desk(office.hall)
    office.hall.G101.post(PAUSE, CONTACT, status=201)
    return office.post("G101", f"{PAUSE}/end")


LEAVE_COMMANDS = (
    Command(
        "enter a leave",
        "POST /api/leaves",
        lambda office: office.post("G101", LEAVES, leave_bodies.far()),
        201,
    ),
    Command(
        "enter another's leave",
        "POST /api/leaves",
        lambda office: office.post("S101", LEAVES, leave_bodies.far(staff_no="G101")),
        201,
    ),
    Command(
        "confirm a leave",
        "POST /api/leaves/{leave_id}/confirmation",
        lambda office: office.post("S101", f"{LEAVES}/{entered(office.hall)}/confirmation"),
    ),
    Command(
        "end a leave",
        "POST /api/leaves/{leave_id}/end",
        lambda office: office.post("G101", f"{LEAVES}/{entered(office.hall)}/end"),
    ),
    Command("leave the desk", "POST /api/desk-pause", _leave_desk, 201),
    Command("come back", "POST /api/desk-pause/end", _come_back),
    Command(
        "name a signer",
        "POST /api/named-signers",
        lambda office: office.post("H001", NAMED, leave_bodies.naming()),
        201,
    ),
    Command(
        "end a naming",
        "POST /api/named-signers/{naming_id}/end",
        lambda office: office.post("H001", f"{NAMED}/{named(office.hall)}/end"),
    ),
)
