"""The commands of the meeting's desk and its head, as fault points walk them."""

import itertools

from tests import met_office
from tests.commanded_office import Command, CommandedOffice, Ready
from tests.met_office import MEETINGS

_numbers = itertools.count(1)


def _no() -> str:
    return f"处务会议〔2026〕{next(_numbers)}号"


def _open(office: CommandedOffice) -> Ready:
    case_no = met_office.waiting(office.hall)
    said = {"minutes_no": _no(), "date": met_office.TODAY, "cases": [case_no]}
    return office.post("R001", MEETINGS, said, case_no)


def _add(office: CommandedOffice) -> Ready:
    case_no = met_office.waiting(office.hall)
    path = met_office.opened(office.hall, no=_no())
    return office.post("R001", f"{path}/cases", {"cases": [case_no]}, case_no)


def _record(office: CommandedOffice) -> Ready:
    case_no = met_office.waiting(office.hall)
    path = met_office.opened(office.hall, case_no, no=_no())
    said = met_office.minutes(office.hall, {case_no: "approve"})
    return office.post("R001", f"{path}/minutes", said, case_no)


def _close(office: CommandedOffice) -> Ready:
    case_no = met_office.waiting(office.hall)
    path = met_office.opened(office.hall, case_no, no=_no())
    office.hall.R001.post(f"{path}/minutes", met_office.minutes(office.hall, {case_no: "approve"}))
    return office.post("H001", f"{path}/closing", case_no=case_no)


MEETING_COMMANDS: tuple[Command, ...] = (
    Command("open a meeting", f"POST {MEETINGS}", _open, 201),
    Command("put on an agenda", f"POST {MEETINGS}/{{meeting_id}}/cases", _add),
    Command("enter minutes", f"POST {MEETINGS}/{{meeting_id}}/minutes", _record),
    Command("close a meeting", f"POST {MEETINGS}/{{meeting_id}}/closing", _close),
)
