"""Every command about staff, stand-ins and one's own sessions, each ready to be sent once."""

from itertools import count

from stdnum.cn import ric

from tests import authority_bodies
from tests.commanded_office import Command, CommandedOffice, Ready
from tests.people import PASSWORD, Hall, Person

_NUMBERS = count(1)


def new_id_no() -> str:
    """An id number of nobody yet."""
    body = f"61009919910101{next(_NUMBERS):03d}"
    return body + str(ric.calc_check_digit(body + "0"))


def account_body() -> dict[str, str]:
    """An account that nobody has yet."""
    number = new_id_no()
    return {"staff_no": f"N{number[14:17]}", "name": "新人", "id_no": number, "agency": "990101"}


def appointment_body() -> dict[str, str]:
    """A further post of a teller, which may be given as often as one likes."""
    return {"staff_no": "T103", "post": "guide", "from": "2026-11-02", "basis": "任命〔2026〕8号"}


def other_session(hall: Hall, staff_no: str) -> str:
    """Another session of somebody's own, which he may end."""
    Person(hall.client, staff_no)
    hall.client.cookies.clear()
    listed = getattr(hall, staff_no).get("/api/sessions")["items"]
    return str(next(one["session_id"] for one in listed if not one["this"]))


def _stand_in(office: CommandedOffice) -> Ready:
    return office.post("S101", "/api/stand-ins", authority_bodies.stand_in())


def _end_stand_in(office: CommandedOffice) -> Ready:
    return office.post("S101", f"/api/stand-ins/{office.stand_in()}/end")


def _open_account(office: CommandedOffice) -> Ready:
    return office.post("admin", "/api/accounts", account_body())


def _close_account(office: CommandedOffice) -> Ready:
    body = account_body()
    office.hall.admin.post("/api/accounts", body, status=201)
    return office.post("admin", f"/api/accounts/{body['staff_no']}/closing")


def _appoint(office: CommandedOffice) -> Ready:
    return office.post("S101", "/api/appointments", appointment_body())


def _dismiss(office: CommandedOffice) -> Ready:
    made = office.hall.S101.post("/api/appointments", appointment_body(), status=201)
    return office.post("S101", f"/api/appointments/{made['appointment_id']}/dismissal")


def _end_session(office: CommandedOffice) -> Ready:
    return office.post(
        "G101", f"/api/sessions/{other_session(office.hall, 'G101')}/end", {"password": PASSWORD}
    )


STAFF_COMMANDS = (
    Command("stand_in", "POST /api/stand-ins", _stand_in, 201),
    Command("end_stand_in", "POST /api/stand-ins/{stand_in_id}/end", _end_stand_in),
    Command("open_account", "POST /api/accounts", _open_account, 201),
    Command("close_account", "POST /api/accounts/{staff_no}/closing", _close_account),
    Command("appoint", "POST /api/appointments", _appoint, 201),
    Command("dismiss", "POST /api/appointments/{appointment_id}/dismissal", _dismiss),
    Command("end_session", "POST /api/sessions/{session_id}/end", _end_session),
)
