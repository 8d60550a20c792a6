"""Leaves, left desks and named signers through HTTP: deputies begin by themselves and end in mid-task."""

from collections.abc import Callable
from datetime import timedelta

from starlette.testclient import TestClient

from database.clock import FixedClock
from tests import leave_bodies
from tests.people import Hall, Person

TODAY = "2026-11-02"


def waiting(hall: Hall, *, nth: int = 0) -> str:
    """A level-2 case that T101 accepted: it waits for a reviewer."""
    return str(hall.T101.accept(hall.example("payment_account_change", 2, nth=nth))["case_no"])


def listed(person: Person) -> set[str]:
    return {task["case_no"] for task in person.get("/api/tasks")["items"]}


def paired(hall: Hall) -> None:
    """T102 is R101's B角 for a year, whenever R101 is away."""
    made = hall.S101.post("/api/stand-ins", leave_bodies.pairing(), status=201)
    assert made["status"] == "standing_by"


def test_a_deputy_begins_with_the_leave_and_ends_with_it_in_the_middle_of_a_task(
    hall: Hall, start_office: Callable[[], TestClient]
) -> None:
    paired(hall)
    elsewhere = Hall(start_office())
    number, second = waiting(hall), waiting(hall, nth=1)
    assert hall.T102.sign(number, status=403)["rule"] == "post.missing"
    made = hall.R101.post("/api/leaves", leave_bodies.own(), status=201)
    assert made["status"] == "entered"
    assert number in listed(hall.R101)
    assert hall.T101.post(f"/api/leaves/{made['leave_id']}/confirmation", status=403)

    hall.S101.post(f"/api/leaves/{made['leave_id']}/confirmation")

    assert listed(elsewhere.R101) == set()
    refused = elsewhere.R101.sign(number, status=403)
    assert refused["rule"] == "absence.leave"
    able = [staff["staff_no"] for who in refused["who_can"] for staff in who["staff"]]
    assert able == ["R102", "T102"]
    assert elsewhere.T102.sign(number)["status"] == "completed"
    last = hall.A101.history(number)["sign_offs"][-1]
    assert (last["post"], last["signer"], last["on_behalf_of"]) == ("reviewer", "T102", "R101")
    task = hall.T102.case(second)["waiting"][0]["task_id"]
    hall.T102.post(f"/api/tasks/{task}/claim")

    assert hall.R101.post(f"/api/leaves/{made['leave_id']}/end")["status"] == "ended"

    assert elsewhere.T102.sign(second, status=403)["rule"] == "post.missing"
    assert elsewhere.R101.sign(second)["status"] == "completed"
    assert hall.A101.findings(number) == hall.A101.findings(second) == []
    mine = hall.R101.get("/api/leaves")["items"]
    assert [(one["status"], one["kind"]) for one in mine] == [("ended", "sick")]
    # Colleagues see who is away, and not why.
    assert [one["kind"] for one in hall.T101.get("/api/leaves")["items"]] == [None]


def test_a_supervisors_entry_counts_from_its_first_day_to_its_last(
    hall: Hall, clock: FixedClock
) -> None:
    number = waiting(hall)
    made = hall.S101.post(
        "/api/leaves",
        leave_bodies.leave("R101", **{"from": "2026-11-03", "to": "2026-11-04"}),
        status=201,
    )
    assert made["status"] == "pending"
    for days, allowed in ((1, False), (1, False), (1, True)):
        clock.moment += timedelta(days=days)
        today = Hall(hall.client)
        if allowed:
            today.R101.sign(number)
        else:
            assert today.R101.sign(number, status=403)["rule"] == "absence.leave"


def test_what_the_register_of_leaves_refuses(hall: Hall) -> None:
    said = leave_bodies.leave("R101")
    assert hall.T101.post("/api/leaves", said, status=403)["rule"] == "post.missing"
    wrong = hall.S101.post(
        "/api/leaves", {**said, "staff_no": "T201", "to": "2026-10-01"}, status=422
    )
    assert {error["rule"] for error in wrong["errors"]} == {"leave.staff", "leave.dates"}
    own = hall.S101.post("/api/leaves", leave_bodies.own(), status=201)
    path = f"/api/leaves/{own['leave_id']}"
    assert hall.S101.post(f"{path}/confirmation", status=403)["rule"] == "leave.to_self"
    assert hall.R102.post(f"{path}/end", status=403)["rule"] == "post.missing"
    assert hall.A201.post(f"{path}/end", status=404)["rule"] == "leave.not_found"
    hall.S000.post(f"{path}/confirmation")
    assert hall.S000.post(f"{path}/confirmation", status=409)["rule"] == "leave.already_confirmed"
    assert (
        hall.S101.post("/api/stand-ins", leave_bodies.pairing(), status=403)["rule"]
        == "absence.leave"
    )
    hall.S101.post(f"{path}/end")
    assert hall.S101.post(f"{path}/end", status=409)["rule"] == "leave.already_ended"


def test_a_desk_left_for_too_long_is_an_absence_until_he_is_back(
    hall: Hall, clock: FixedClock
) -> None:
    paired(hall)
    number, second = waiting(hall), waiting(hall, nth=1)
    for case_no in (number, second):
        # What nobody took would be offered to his stand-in after three minutes, pause or not.
        task_id = hall.R101.case(case_no)["waiting"][0]["task_id"]
        hall.R101.post(f"/api/tasks/{task_id}/claim")
    hall.R101.post("/api/desk-pause", {"contact": "赵敏 0000-7000101"}, status=201)
    assert (
        hall.R101.post("/api/desk-pause", {"contact": "赵敏"}, status=409)["rule"]
        == "pause.already"
    )
    clock.moment += timedelta(minutes=9)
    assert hall.T102.sign(number, status=403)["rule"] == "post.missing"

    clock.moment += timedelta(minutes=1)

    assert hall.R101.sign(number, status=403)["rule"] == "absence.pause"
    assert number in listed(hall.T102)
    assert hall.T102.sign(number)["status"] == "completed"
    hall.R101.post("/api/desk-pause/end")
    assert hall.T102.sign(second, status=403)["rule"] == "post.missing"
    assert hall.R101.sign(second)["status"] == "completed"
    assert hall.R101.post("/api/desk-pause/end", status=409)["rule"] == "pause.none"
    assert hall.A101.findings(number) == hall.A101.findings(second) == []


def test_a_stand_in_does_not_cascade_and_the_deputy_may_be_away_too(hall: Hall) -> None:
    paired(hall)
    hall.S101.post(
        "/api/stand-ins",
        leave_bodies.pairing(absent="T102", deputy="T103", post="teller"),
        status=201,
    )
    for staff_no in ("R101", "T102"):
        hall.S101.post("/api/leaves", leave_bodies.leave(staff_no), status=201)
    number = waiting(hall)

    assert hall.T102.sign(number, status=403)["rule"] == "absence.leave"
    assert hall.T103.sign(number, status=403)["rule"] == "post.missing"


def _county_chain(hall: Hall) -> str:
    number = hall.T101.accept(hall.example("retirement_approval", 1, "county"))["case_no"]
    hall.R101.sign(number)
    hall.D101.sign(number)
    return str(number)


def test_the_city_names_a_signer_for_a_county_step_without_a_person(hall: Hall) -> None:
    number = _county_chain(hall)
    held = hall.S101.get("/api/accounts")["items"]
    (director,) = (
        post["appointment_id"]
        for one in held
        if one["staff_no"] == "Z101"
        for post in one["appointments"]
    )
    hall.S101.post(f"/api/appointments/{director}/dismissal")
    stuck = hall.S101.get("/api/staffing")["items"]
    (line,) = (one["signable"] for one in stuck if one["case_no"] == number)
    assert {"P001": "naming"}.items() <= {
        one["staff_no"]: one["how"] for one in line["could"]
    }.items()
    said = leave_bodies.naming()
    assert hall.S101.post("/api/named-signers", said, status=422)
    assert hall.D101.post("/api/named-signers", said, status=403)["rule"] == "post.missing"
    assert hall.H001.post("/api/named-signers", {**said, "staff_no": "H001"}, status=403)[
        "rule"
    ] == ("named_signer.to_self")
    assert hall.H001.post("/api/named-signers", {**said, "staff_no": "A001"}, status=403)[
        "rule"
    ] == ("posts.incompatible")

    made = hall.H001.post("/api/named-signers", said, status=201)

    assert number not in {one["case_no"] for one in hall.S101.get("/api/staffing")["items"]}
    assert number in listed(hall.P001)
    assert hall.P001.sign(number)["status"] == "completed"
    last = hall.A101.history(number)["sign_offs"][-1]
    assert (last["post"], last["signer"]) == ("director", "P001")
    assert last["on_behalf_of"] == f"named:{made['naming_id']}"
    assert hall.A101.findings(number) == []
    assert hall.S101.post(f"/api/named-signers/{made['naming_id']}/end", status=403)
    hall.H001.post(f"/api/named-signers/{made['naming_id']}/end")
    again = hall.H001.post(f"/api/named-signers/{made['naming_id']}/end", status=409)
    assert again["rule"] == "named_signer.already_ended"


def test_whoever_holds_no_post_any_more_is_signed_out_everywhere(
    hall: Hall, start_office: Callable[[], TestClient]
) -> None:
    elsewhere = Hall(start_office())
    assert elsewhere.R101.get("/api/tasks")["items"] == []
    held = hall.S101.get("/api/accounts")["items"]
    (post,) = (p for one in held if one["staff_no"] == "R101" for p in one["appointments"])

    hall.S101.post(f"/api/appointments/{post['appointment_id']}/dismissal")

    assert elsewhere.R101.get("/api/tasks", status=401)["rule"] == "session.missing"
