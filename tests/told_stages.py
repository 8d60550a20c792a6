"""How each kind of message comes about: by kind, cases that it is told of, at an office that sends."""

from collections.abc import Callable, Mapping

from tests import (
    corrections,
    met_office,
    owner_commands,
    papers,
    paying_office,
    warned_office,
)
from tests.clock_commands import EXTENSION, STOP
from tests.commanded_office import CHAIN
from tests.people import Hall
from tests.told_office import CONTACT, COUNTY, accepted

_REFUND = ("contribution_refund", 1, "county")
_MEETING = ("benefit_adjustment", 1, "city_meeting")


def _stopped(hall: Hall) -> str:
    number = accepted(hall, COUNTY)
    hall.D101.post(f"/api/cases/{number}/clock-stop", STOP)
    return number


def _resumed(hall: Hall) -> str:
    number = _stopped(hall)
    hall.D101.post(f"/api/cases/{number}/clock-resumption")
    return number


def _extended(hall: Hall) -> str:
    number = accepted(hall, COUNTY)
    hall.Z101.post(f"/api/cases/{number}/extension", EXTENSION)
    return number


def _lacking(hall: Hall) -> str:
    return accepted(hall, COUNTY, materials=[])


def _refused(hall: Hall) -> str:
    number = accepted(hall, COUNTY)
    hall.R101.sign(number, "refuse", reasons=["conditions_not_met"])
    return number


def _withdrawn(hall: Hall) -> str:
    number = accepted(hall, COUNTY)
    hall.T101.post(f"/api/cases/{number}/withdrawal", {"reason": "改日再来"})
    return number


def _at_city(hall: Hall) -> str:
    number = accepted(hall, _MEETING)
    for staff_no in CHAIN:
        getattr(hall, staff_no).sign(number)
    return number


def _taken(hall: Hall) -> str:
    number = accepted(hall, COUNTY)
    hall.T101.post(f"/api/cases/{number}/owner-offer", owner_commands.HANDED, status=201)
    hall.T102.post(f"/api/cases/{number}/owner-answer", {"accept": True})
    return number


def _ordered(hall: Hall) -> str:
    number = accepted(hall, COUNTY)
    hall.S101.post(f"/api/cases/{number}/owner-order", owner_commands.HANDED, status=201)
    return number


def _posted(hall: Hall) -> str:
    number = accepted(hall)
    paper = papers.paper_of(hall, number, "receipt")
    said = {**papers.delivery(paper), "way": "post", "reference": "EMS1234567890"}
    hall.T101.post(f"/api/cases/{number}/documents/{paper['number']}/deliveries", said, status=201)
    return number


def _corrected(hall: Hall) -> str:
    original = {**hall.example("person_info_change_general", 3), "contact": CONTACT}
    case = corrections.completed(hall, original)
    said = corrections.body(original, case["case_no"], [case["receipt"]["number"]])
    assert hall.T101.accept(said)["status"] == "completed"
    return str(case["case_no"])


def _decided(hall: Hall) -> str:
    """A case that a meeting decided on: nobody is told of that, the head's signature makes it."""
    number = _at_city(hall)
    met_office.held(hall, {number: "approve"})
    return number


def came_back(hall: Hall, which: tuple[str, int, str] = _REFUND) -> str:
    """A case whose payment the bank returned."""
    number = accepted(hall, which)
    for staff_no in paying_office.CHAIN:
        getattr(hall, staff_no).sign(number)
    owed = [one for one in paying_office.listed(hall) if one["case_no"] == number]
    paying_office.release(hall, owed)
    paying_office.report(hall, [paying_office.reported(one, "returned") for one in owed])
    return number


# By kind of message, every stage that makes one.
STAGES: Mapping[str, tuple[Callable[[Hall], str], ...]] = {
    "accepted": (lambda hall: accepted(hall, COUNTY),),
    "corrections": (_lacking,),
    "clock_stopped": (_stopped,),
    "clock_resumed": (_resumed,),
    "extended": (_extended,),
    "at_city": (_at_city, _decided),
    "ready": (accepted,),
    "refused": (_refused,),
    "withdrawn": (_withdrawn,),
    "payment_returned": (came_back,),
    "corrected": (_corrected,),
    "owner": (_taken, _ordered),
    "by_post": (_posted,),
    "task_offered": (lambda hall: accepted(hall, COUNTY),),
    "overdue": (warned_office.overdue,),
}
