"""Stand-ins (AB角) through HTTP: the deputy signs in his own name, marked 代, and only while it lasts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from starlette.testclient import TestClient

from database.clock import FixedClock
from tests.people import Hall

TODAY = "2026-11-02"


def entry(**said: Any) -> dict[str, Any]:
    return {
        "absent": "R101",
        "deputy": "T102",
        "post": "reviewer",
        "from": TODAY,
        "to": "2026-11-06",
        "reason": "年休假，审批单〔2026〕12号",
        **said,
    }


def waiting(hall: Hall, *, nth: int = 0) -> str:
    """A level-2 case that T101 accepted: it waits for a reviewer."""
    return str(hall.T101.accept(hall.example("payment_account_change", 2, nth=nth))["case_no"])


def listed(hall: Hall, staff_no: str) -> set[str]:
    return {task["case_no"] for task in getattr(hall, staff_no).get("/api/tasks")["items"]}


def test_a_teller_reviews_for_the_absent_reviewer(hall: Hall) -> None:
    number = waiting(hall)
    assert number not in listed(hall, "T102")
    assert hall.T102.sign(number, status=403)["rule"] == "post.missing"

    made = hall.S101.post("/api/stand-ins", entry(), status=201)

    assert made["status"] == "effective"
    assert number in listed(hall, "T102")
    assert hall.T102.sign(number)["status"] == "completed"
    review = hall.A101.history(number)["sign_offs"][-1]
    said = (review["step"], review["post"], review["signer"], review["on_behalf_of"])
    assert said == ("review", "reviewer", "T102", "R101")
    assert hall.A101.history(number)["sign_offs"][0]["on_behalf_of"] is None
    assert hall.A101.findings(number) == []
    line = hall.T101.get("/api/stand-ins")["items"][0]
    assert (line["absent"], line["deputy"], line["registered_by"]) == ("R101", "T102", "S101")


def test_who_holds_the_post_himself_signs_for_himself(hall: Hall) -> None:
    hall.S101.post("/api/stand-ins", entry(deputy="R102"), status=201)
    number = waiting(hall)

    hall.R102.sign(number)

    assert hall.A101.history(number)["sign_offs"][-1]["on_behalf_of"] is None


def test_nobody_signs_two_steps_whoever_he_stands_in_for(hall: Hall) -> None:
    hall.S101.post("/api/stand-ins", entry(deputy="T101"), status=201)
    number = waiting(hall)

    refused = hall.T101.sign(number, status=403)

    assert refused["rule"] == "duties.already_signed"
    able = [staff["staff_no"] for who in refused["who_can"] for staff in who["staff"]]
    assert "T101" not in able
    assert {"R101", "R102"} <= set(able)
    assert number not in listed(hall, "T101")


def test_it_begins_and_ends_by_itself_in_the_middle_of_a_task(
    hall: Hall, clock: FixedClock
) -> None:
    made = hall.S101.post(
        "/api/stand-ins", entry(**{"from": "2026-11-03", "to": "2026-11-03"}), status=201
    )
    assert made["status"] == "pending"
    number = waiting(hall)
    assert hall.T102.sign(number, status=403)["rule"] == "post.missing"

    clock.moment += timedelta(days=1)
    tomorrow = Hall(hall.client)
    task = tomorrow.T102.case(number)["waiting"][0]["task_id"]
    tomorrow.T102.post(f"/api/tasks/{task}/claim")
    clock.moment += timedelta(days=1)

    assert Hall(hall.client).T102.sign(number, status=403)["rule"] == "post.missing"


def test_ended_early_it_counts_no_more_on_another_node(
    hall: Hall, start_office: Callable[[], TestClient]
) -> None:
    elsewhere = Hall(start_office())
    made = hall.S101.post("/api/stand-ins", entry(), status=201)
    number = waiting(hall)
    assert number in listed(elsewhere, "T102")

    ended = hall.S101.post(f"/api/stand-ins/{made['stand_in_id']}/end")

    assert ended["status"] == "ended"
    assert elsewhere.T102.sign(number, status=403)["rule"] == "post.missing"
    again = hall.S101.post(f"/api/stand-ins/{made['stand_in_id']}/end", status=409)
    assert again["rule"] == "stand_in.already_ended"


def test_a_stand_in_is_never_passed_on(hall: Hall) -> None:
    hall.S101.post("/api/stand-ins", entry(), status=201)

    refused = hall.S101.post("/api/stand-ins", entry(absent="T102", deputy="T103"), status=422)

    assert [(e["field"], e["rule"]) for e in refused["errors"]] == [("post", "stand_in.post")]


def test_posts_of_two_families_never_meet_in_one_person(hall: Hall) -> None:
    for deputy in ("A101",):
        refused = hall.S101.post("/api/stand-ins", entry(deputy=deputy), status=403)
        assert refused["rule"] == "posts.incompatible"
        assert refused["held"] == ["auditor"]


def test_nobody_registers_one_for_himself_and_only_supervisors_do(hall: Hall) -> None:
    hall.T101.post("/api/stand-ins", entry(), status=403)
    hall.T101.post("/api/stand-ins", {}, status=403)
    own = hall.S101.post("/api/stand-ins", entry(deputy="S101"), status=403)
    assert own["rule"] == "stand_in.to_self"
    everything = hall.S101.post(
        "/api/stand-ins",
        entry(absent="nobody", deputy="T201", to="2026-10-01"),
        status=422,
    )
    found = {(error["field"], error["rule"]) for error in everything["errors"]}
    assert found == {
        ("absent", "stand_in.staff"),
        ("deputy", "stand_in.staff"),
        ("to", "stand_in.dates"),
    }


def test_the_office_above_names_a_deputy_from_elsewhere(hall: Hall) -> None:
    """A county step without any person: whoever is named above signs there, marked 代."""
    hall.S000.post(
        "/api/stand-ins", entry(absent="Z101", deputy="Z201", post="director"), status=201
    )
    number = hall.T101.accept(hall.example("retirement_approval", 1, "county"))["case_no"]
    hall.R101.sign(number)
    hall.D101.sign(number)
    assert number in listed(hall, "Z201")

    assert hall.Z201.sign(number)["status"] == "completed"

    last = hall.A101.history(number)["sign_offs"][-1]
    assert (last["signer"], last["on_behalf_of"]) == ("Z201", "Z101")
    assert hall.A101.findings(number) == []


def test_a_deputy_corrects_what_the_absent_teller_handled(hall: Hall) -> None:
    body = hall.example("payment_account_change", 2)
    number = hall.T101.accept(body)["case_no"]
    hall.R101.sign(number, "return", reasons=["materials_unclear"])
    sent = {"form": body["form"], "materials": body["materials"]}
    hall.T102.post(f"/api/cases/{number}/correction", sent, status=403)
    hall.S101.post("/api/stand-ins", entry(absent="T101", deputy="T102", post="teller"), status=201)

    case = hall.T102.post(f"/api/cases/{number}/correction", sent)

    assert [w["step"] for w in case["waiting"]] == ["review"]
