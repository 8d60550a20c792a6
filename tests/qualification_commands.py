"""Every command about qualifications and relatives, each ready to be sent once."""

from tests import qualified
from tests.commanded_office import Command, CommandedOffice, Ready
from tests.staff_commands import new_id_no


def _strike_out(office: CommandedOffice) -> Ready:
    body = qualified.training("B101")
    made = office.hall.S101.post("/api/qualifications", body, status=201)
    path = f"/api/qualifications/{made['record_id']}/striking-out"
    return office.post("S101", path, {"reason": "登记有误"})


def _end_relative(office: CommandedOffice) -> Ready:
    body = qualified.relative(new_id_no())
    made = office.hall.B101.post("/api/relatives", body, status=201)
    return office.post("B101", f"/api/relatives/{made['declaration_id']}/end")


QUALIFICATION_COMMANDS = (
    Command(
        "enter a training",
        "POST /api/qualifications",
        lambda office: office.post("S101", "/api/qualifications", qualified.training("B101")),
        201,
    ),
    Command(
        "strike a training out", "POST /api/qualifications/{record_id}/striking-out", _strike_out
    ),
    Command(
        "say what a post takes",
        "POST /api/qualification-duties",
        lambda office: office.post("S000", "/api/qualification-duties", qualified.duty()),
        201,
    ),
    Command(
        "declare a relative",
        "POST /api/relatives",
        lambda office: office.post("B101", "/api/relatives", qualified.relative(new_id_no())),
        201,
    ),
    Command("end a declaration", "POST /api/relatives/{declaration_id}/end", _end_relative),
)
