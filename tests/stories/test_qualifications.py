"""Trainings and certificates through HTTP: what keeps whom from which act, from when on, and what doesn't."""

from datetime import timedelta
from typing import Any

from database.clock import FixedClock
from tests import qualified
from tests.people import Hall

REVIEWS = {"post": "reviewer", "from": "2026-11-02"}


def entries(hall: Hall, staff_no: str) -> list[Any]:
    listed = hall.S101.get("/api/qualifications")["items"]
    return [one for one in listed if one["staff_no"] == staff_no]


def struck_out(hall: Hall, record_id: int, status: int = 200) -> Any:
    path = f"/api/qualifications/{record_id}/striking-out"
    return hall.S101.post(path, {"reason": "登记有误：该期未参加"}, status=status)


def test_without_a_subject_nobody_serves_a_window(hall: Hall) -> None:
    body = hall.example("enrollment_certificate", 3)
    courtesy = next(one for one in entries(hall, "T103") if one["subject"] == "courtesy")
    waits = hall.T103.accept(hall.example("retirement_approval", 1, "county"))["case_no"]

    struck_out(hall, courtesy["record_id"])

    refused = hall.T103.accept(body, status=403)
    assert refused["rule"] == "qualification.missing"
    assert [(one["subject"], one["since"]) for one in refused["missing"]] == [
        ("courtesy", "2026-11-02")
    ]
    named = {one["staff_no"] for place in refused["who_can"] for one in place["staff"]}
    assert named == {"T101", "T102"}
    # He still sees what he did, and looks things up.
    assert hall.T103.case(waits)["case_no"] == waits
    withdrawn = hall.T103.post(f"/api/cases/{waits}/withdrawal", {"reason": "不办了"}, status=403)
    assert withdrawn["rule"] == "qualification.missing"
    running_out = hall.S101.get("/api/qualifications/running-out")["items"]
    said = [(one["staff_no"], one["subject"], one["state"]) for one in running_out]
    assert said == [("T103", "courtesy", "missing")]
    lint = hall.S101.get("/api/staffing/lint")["items"]
    assert [one["staff_no"] for one in lint if one["kind"] == "not_qualified"] == ["T103"]

    hall.S101.post("/api/qualifications", qualified.training("T103", "courtesy"), status=201)

    number = hall.T103.accept(body)["case_no"]
    assert hall.A101.findings(number) == []
    assert struck_out(hall, courtesy["record_id"], 409)["rule"] == "qualification.already_void"
    kept = next(one for one in entries(hall, "T103") if one["record_id"] == courtesy["record_id"])
    assert (kept["status"], kept["reason"]) == ("struck_out", "登记有误：该期未参加")
    # What was signed while he had it stays good.
    struck_out(hall, entries(hall, "T103")[0]["record_id"])
    assert hall.A101.findings(number) == []


def test_a_failed_training_counts_for_nothing(hall: Hall) -> None:
    for one in entries(hall, "T103"):
        if one["subject"] == "policy":
            struck_out(hall, one["record_id"])
    failed = qualified.training("T103", "policy", result="failed")
    hall.S101.post("/api/qualifications", failed, status=201)

    refused = hall.T103.accept(hall.example("enrollment_certificate", 3), status=403)

    assert refused["rule"] == "qualification.missing"


def test_a_post_takes_a_certificate_until_it_expires(hall: Hall, clock: FixedClock) -> None:
    number = hall.T101.accept(hall.example("payment_account_change", 2))["case_no"]
    for by in ("S101", "S000"):
        status = 201 if by == "S000" else 403
        answer = getattr(hall, by).post(
            "/api/qualification-duties", qualified.duty(**REVIEWS), status=status
        )
    assert answer["duty_id"]
    assert hall.R101.sign(number, status=403)["rule"] == "qualification.missing"
    refused = hall.S101.post(
        "/api/appointments",
        {"staff_no": "T103", "post": "reviewer", "from": "2026-11-02", "basis": "任命〔2026〕8号"},
        status=403,
    )
    assert (refused["rule"], refused["missing"][0]["subject"]) == (
        "staff.certificate",
        qualified.CERTIFICATE,
    )
    hall.S101.post(
        "/api/qualifications", qualified.certificate("R101", valid_to="2026-11-03"), status=201
    )
    ends = hall.S101.get("/api/qualifications/running-out")["items"]
    assert ("R101", "ends", "2026-11-04") in {
        (one["staff_no"], one["state"], one["on"]) for one in ends
    }
    later = hall.T101.accept(hall.example("account_adjustment", 1, "county"))["case_no"]
    seen = hall.T101.case(later)["signable"]
    assert (seen["possible"], seen["from"], seen["step"]) == (True, "2026-11-04", "review")
    assert hall.R101.sign(number)["status"] == "completed"
    assert hall.A101.findings(number) == []

    clock.moment += timedelta(days=2)
    tomorrow = Hall(hall.client)

    refused = tomorrow.R101.sign(later, status=403)
    assert refused["rule"] == "qualification.expired"
    assert refused["missing"][0]["since"] == "2026-11-04"
    assert tomorrow.A101.findings(number) == []


def test_an_overdue_refresher_stops_new_grants_to_the_person_alone(hall: Hall) -> None:
    for one in entries(hall, "T103"):
        struck_out(hall, one["record_id"])
    for subject in qualified.SUBJECTS:
        old = qualified.training("T103", subject, done_on="2024-09-01")
        hall.S101.post("/api/qualifications", old, status=201)
    grant = {
        "agency": "990101",
        "class": "limited",
        "act": "handle",
        "valid_from": "2026-11-02",
        "basis": "授权书〔2026〕3号",
        "reason": "专项工作",
    }

    refused = hall.S101.post("/api/grants", {**grant, "staff_no": "T103"}, status=403)

    assert refused["rule"] == "grant.training_overdue"
    assert {one["since"] for one in refused["missing"]} == {"2026-09-01"}
    hall.S101.post("/api/grants", {**grant, "staff_no": "T102"}, status=201)
    hall.S101.post("/api/grants", {**grant, "post": "teller"}, status=201)
    assert hall.T103.accept(hall.example("enrollment_certificate", 3))["status"] == "completed"
    mine = hall.T103.get("/api/qualifications/mine")
    assert {one["state"] for one in mine["refreshers"]} == {"overdue"}
    assert len([one for one in mine["items"] if one["status"] == "entered"]) == 3


def test_who_enters_what(hall: Hall) -> None:
    said = qualified.training("T103")
    assert hall.T103.post("/api/qualifications", said, status=403)["rule"] == "post.missing"
    own = hall.S101.post("/api/qualifications", qualified.training("S101"), status=403)
    assert own["rule"] == "qualification.to_self"
    wrong = qualified.training("T201", "sports", done_on="2030-01-01", valid_to="2026-01-01")
    refused = hall.S101.post("/api/qualifications", wrong, status=422)
    assert {(e["field"], e["rule"]) for e in refused["errors"]} == {
        ("staff_no", "qualification.staff"),
        ("subject", "qualification.subject"),
        ("done_on", "qualification.dates"),
        ("valid_to", "qualification.dates"),
    }
    foreign = hall.S000.get("/api/qualifications")["items"]
    theirs = next(one for one in foreign if one["agency"] == "990102")
    assert struck_out(hall, theirs["record_id"], 404)["rule"] == "qualification.not_found"
    wrong_duty = qualified.duty(post="boss", **{"from": "2026-11-02", "to": "2026-11-01"})
    refused = hall.S000.post("/api/qualification-duties", wrong_duty, status=422)
    assert {e["rule"] for e in refused["errors"]} == {
        "qualification.post",
        "qualification.dates",
    }
    assert hall.T103.get("/api/qualifications", status=403)["rule"] == "post.missing"
    duties = hall.A101.get("/api/qualification-duties")["items"]
    assert {(one["post"], one["subject"]) for one in duties} == {
        ("teller", subject) for subject in qualified.SUBJECTS
    }
