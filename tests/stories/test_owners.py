"""Who answers for a case (全程代理): from acceptance to delivery, handed over only on the record."""

from datetime import date
from typing import Any

from sqlalchemy import update

from database import connection
from database.declarative import Base
from engine.green_record import GreenWithdrawal
from engine.ownership.consultation_record import Consultation, ConsultationAnswer
from engine.ownership.contact_record import ContactEnding, FirstContact
from engine.ownership.owner_record import OwnerAnswer, OwnerTransfer
from oversight import verification
from tests import book, green_commands, owner_commands
from tests.databases import Database
from tests.owner_commands import HANDED
from tests.people import Hall

EDITS: dict[type[Base], dict[str, Any]] = {
    Consultation: {"asked_post": "reviewer"},
    ConsultationAnswer: {"post": "city_head"},
    ContactEnding: {"kind": "answer", "taken_by": None},
    FirstContact: {"due_on": date(2027, 1, 4)},
    GreenWithdrawal: {"reason": "另一个"},
    OwnerAnswer: {"accepted": False},
    OwnerTransfer: {"ordered": True},
}
COUNTY = ("account_adjustment", 1, "county")


def accepted(hall: Hall) -> Any:
    return hall.T101.accept(hall.example(*COUNTY))


def test_a_case_is_handed_over_and_closed_by_the_delivery_of_its_paper(hall: Hall) -> None:
    number = accepted(hall)["case_no"]
    path = f"/api/cases/{number}"
    owner = hall.R101.case(number)["owner"]
    assert (owner["staff_no"], owner["offered_to"]) == ("T101", None)
    (task,) = [t for t in hall.R101.get("/api/tasks")["items"] if t["case_no"] == number]
    assert task["owner"] == "T101"
    assert states(hall, "T101") == {number: "in_progress"}

    # Only its owner offers it, to somebody who could have accepted it.
    another = hall.T102.post(f"{path}/owner-offer", HANDED, status=403)
    assert (another["rule"], another["who_can"][0]["staff"][0]["staff_no"]) == (
        "owner.another",
        "T101",
    )
    for to in ("T101", "R101", "T201", "nobody"):
        wrong = hall.T101.post(f"{path}/owner-offer", HANDED | {"to": to}, status=422)
        assert wrong["rule"] == "owner.receiver"
    offered = hall.T101.post(f"{path}/owner-offer", HANDED, status=201)
    assert offered["owner"]["staff_no"] == "T101"
    assert offered["owner"]["offered_to"]["staff_no"] == "T102"
    assert hall.T101.post(f"{path}/owner-offer", HANDED, status=409)["rule"] == "owner.offered"
    assert [one["case_no"] for one in hall.T102.get("/api/owned-cases")["offers"]] == [number]
    assert (
        hall.T103.post(f"{path}/owner-answer", {"accept": True}, status=409)["rule"]
        == "owner.not_offered"
    )
    taken = hall.T102.post(f"{path}/owner-answer", {"accept": True})

    assert (taken["owner"]["staff_no"], taken["owner"]["offered_to"]) == ("T102", None)
    assert (states(hall, "T101"), states(hall, "T102")) == ({}, {number: "in_progress"})
    hall.R101.sign(number, "return", reasons=["not_as_original"])
    assert states(hall, "T102") == {number: "returned"}
    body = hall.example(*COUNTY)
    hall.T101.post(f"{path}/correction", {"form": body["form"], "materials": body["materials"]})
    for staff_no in ("R101", "D101", "Z101"):
        getattr(hall, staff_no).sign(number)
    assert states(hall, "T102") == {number: "to_deliver"}
    receipt = hall.T102.case(number)["receipt"]["number"]
    said = {"way": "window", "delivered_on": "2026-11-02", "reference": ""}
    hall.T102.post(f"{path}/documents/{receipt}/deliveries", said, status=201)
    assert states(hall, "T102") == {}
    assert hall.T102.post(f"{path}/owner-offer", HANDED, status=409)["rule"] == "owner.closed"
    told = [entry["action"] for entry in hall.A101.history(number)["journal"]]
    assert [one for one in told if one.startswith("owner")] == ["owner_offered", "owner_taken"]
    assert hall.A101.findings(number) == []


def test_a_declined_case_stays_and_a_supervisor_orders(hall: Hall) -> None:
    number = accepted(hall)["case_no"]
    path = f"/api/cases/{number}"
    hall.T101.post(f"{path}/owner-offer", HANDED, status=201)
    hall.T102.post(f"{path}/owner-answer", {"accept": False})
    assert hall.T101.case(number)["owner"]["staff_no"] == "T101"
    assert states(hall, "T102") == {}

    # An offer that a supervisor's order overtook no longer stands.
    hall.T101.post(f"{path}/owner-offer", HANDED, status=201)
    ordered = hall.S101.post(f"{path}/owner-order", HANDED | {"to": "B101"}, status=201)

    assert ordered["owner"]["staff_no"] == "B101"
    gone = hall.T102.post(f"{path}/owner-answer", {"accept": True}, status=409)
    assert gone["rule"] == "owner.not_offered"
    assert hall.T102.get("/api/owned-cases")["offers"] == []
    assert states(hall, "B101") == {number: "in_progress"}
    assert hall.T101.post(f"{path}/owner-order", HANDED, status=403)["rule"] == "post.missing"
    hall.T201.post(f"{path}/owner-offer", HANDED, status=404)


def test_the_cases_of_who_left_are_named_until_they_are_handed_over(hall: Hall) -> None:
    number = accepted(hall)["case_no"]
    assert left(hall) == []
    hall.admin.post("/api/accounts/T101/closing")

    assert left(hall) == [("T101", 1)]

    hall.S101.post(f"/api/cases/{number}/owner-order", HANDED, status=201)
    assert left(hall) == []


def test_what_was_altered_of_these_is_found(hall: Hall, database: Database) -> None:
    owner_commands.leave_rows(hall)
    number = accepted(hall)["case_no"]
    hall.S101.post(f"/api/cases/{number}/green-channel", green_commands.SAID, status=201)
    green_commands.withdrawn(hall, number)
    state = hall.client.app.state  # type: ignore[attr-defined]
    with state.sessions.reading() as session:
        assert list(verification.verify_office(session, state.office)) == []

    book.without_triggers(database)
    engine = connection.connect(database.owner_url)
    with engine.begin() as by_hand:
        for model, altered in EDITS.items():
            by_hand.execute(update(model).values(altered))
    engine.dispose()

    with state.sessions.reading() as session:
        found = list(verification.verify_office(session, state.office))
    assert {finding.rule for finding in found} == {"office.altered"}
    tables = sorted({finding.row.partition("#")[0] for finding in found})
    assert tables == sorted(model.__tablename__ for model in EDITS)


def states(hall: Hall, staff_no: str) -> dict[str, str]:
    listed = getattr(hall, staff_no).get("/api/owned-cases")["items"]
    return {one["case_no"]: one["state"] for one in listed}


def left(hall: Hall) -> list[tuple[str, int]]:
    lines = hall.S101.get("/api/staffing/lint")["items"]
    return [(one["staff_no"], one["times"]) for one in lines if one["kind"] == "owner_left"]
