"""A level-2 review that nobody takes for three minutes is offered wider (design §2), through HTTP."""

from datetime import timedelta
from typing import Any

import pytest

from authz.absence import absence_rules
from database.clock import FixedClock
from tests import qualified
from tests.people import Hall

LIMIT = timedelta(minutes=3)
STAND_IN = {
    "absent": "R101", "deputy": "T102", "post": "reviewer", "from": "2026-11-02", "to": "2026-11-06",
    "reason": "AB角登记", "only_when_absent": True,
}  # fmt: skip


def waiting(hall: Hall, *, nth: int = 0) -> str:
    """A level-2 case that T101 accepted: it waits for a reviewer while the client does."""
    return str(hall.T101.accept(hall.example("payment_account_change", 2, nth=nth))["case_no"])


def listed(hall: Hall, staff_no: str, queue: str = "") -> set[str]:
    items = getattr(hall, staff_no).get(f"/api/tasks{queue}")["items"]
    return {task["case_no"] for task in items}


def reviewed(hall: Hall, number: str) -> tuple[Any, ...]:
    review = hall.A101.history(number)["sign_offs"][-1]
    names = ("step", "post", "signer", "on_behalf_of")
    return tuple(review[name] for name in names)


def able(refused: Any) -> set[str]:
    return {one["staff_no"] for place in refused["who_can"] for one in place["staff"]}


def test_before_the_limit_it_is_the_reviewers_alone_and_the_refusal_says_from_when(
    hall: Hall, clock: FixedClock
) -> None:
    hall.S101.post("/api/stand-ins", STAND_IN, status=201)
    number = waiting(hall)
    clock.moment += LIMIT - timedelta(seconds=10)

    for staff_no in ("D101", "T102", "R001"):
        refused = getattr(hall, staff_no).sign(number, status=403)
        assert refused["rule"] in ("post.missing", "agency.foreign")
        assert refused["offered_wider_to"] == ["reviewer", "deputy_director"]
        assert refused["offered_wider_from"] > "2026-11-02T"
        assert able(refused) == {"R101", "R102"}
        assert number not in listed(hall, staff_no)
    hall.R101.sign(number)
    assert reviewed(hall, number) == ("review", "reviewer", "R101", None)


@pytest.mark.parametrize(
    ("staff_no", "behalf"),
    [("D101", "widened:deputy_director"), ("R001", "widened:reviewer"), ("T102", "R101")],
)
def test_after_it_the_deputy_director_the_city_and_stand_ins_review(
    hall: Hall, clock: FixedClock, staff_no: str, behalf: str
) -> None:
    hall.S101.post("/api/stand-ins", STAND_IN, status=201)
    number = waiting(hall)
    clock.moment += LIMIT
    who = getattr(hall, staff_no)

    line = next(task for task in who.get("/api/tasks")["items"] if task["case_no"] == number)
    assert who.get("/api/tasks")["count"] == len(listed(hall, staff_no))
    assert line["offered_wider_from"] is not None
    verbs = who.get(f"/api/cases/{number}/verbs")["verbs"]
    verb = next(one for one in verbs if one["verb"] == "sign")
    assert verb["available"] is True
    who.post(f"/api/tasks/{line['task_id']}/claim")
    assert number in listed(hall, staff_no)
    assert who.sign(number)["status"] == "completed"

    assert reviewed(hall, number) == ("review", "reviewer", staff_no, behalf)
    assert hall.A101.findings(number) == []


def test_a_claim_stops_it_until_it_is_given_back(hall: Hall, clock: FixedClock) -> None:
    number = waiting(hall)
    task = hall.R101.case(number)["waiting"][0]["task_id"]
    hall.R101.post(f"/api/tasks/{task}/claim")
    clock.moment += LIMIT

    assert number not in listed(hall, "D101")
    assert hall.D101.sign(number, status=403)["rule"] == "post.missing"
    assert hall.D101.post(f"/api/tasks/{task}/claim", status=403)["rule"] == "post.missing"

    hall.R101.post(f"/api/tasks/{task}/release")
    hall.D101.post(f"/api/tasks/{task}/claim")
    # Whoever took it so keeps it: from the reviewers as well.
    assert hall.R101.sign(number, status=409)["rule"] == "task.claimed"
    assert hall.D101.sign(number)["status"] == "completed"
    assert hall.A101.findings(number) == []


def test_what_bars_a_person_bars_him_here_too(hall: Hall, clock: FixedClock) -> None:
    hall.S101.post("/api/stand-ins", {**STAND_IN, "deputy": "T101"}, status=201)
    body = hall.example("payment_account_change", 2)
    number = hall.T101.accept(body)["case_no"]
    related_to = qualified.relative(body["applicant"]["id_no"])
    hall.D101.post("/api/relatives", related_to, status=201)
    clock.moment += LIMIT

    mine = hall.T101.sign(number, status=403)
    assert (mine["rule"], mine["signed"]) == ("duties.already_signed", "accept")
    assert number not in listed(hall, "T101")
    related = hall.D101.sign(number, status=403)
    assert related["rule"] == "duties.relatives_case"
    assert able(related) >= {"R101", "R102", "R001"}
    assert not {"T101", "D101"} & able(related)
    # Another county's deputy director and reviewers see nothing of it, and a teller is no reviewer.
    hall.D201.case(number, status=404)
    assert hall.T103.sign(number, status=403)["rule"] == "post.missing"
    # Of the city's reviewers those whose section serves the business.
    assert number in listed(hall, "R001")


def test_of_other_levels_nothing_is_offered_wider(hall: Hall, clock: FixedClock) -> None:
    number = hall.T101.accept(hall.example("account_adjustment", 1, "county"))["case_no"]
    hall.B101.sign(number) if hall.T101.case(number)["waiting"][0]["step"] == "handle" else None
    clock.moment += LIMIT

    refused = hall.D101.sign(number, status=403)

    assert hall.T101.case(number)["waiting"][0]["step"] == "review"
    assert "offered_wider_from" not in refused
    assert number not in listed(hall, "D101")


def test_a_day_that_ends_leaves_it_unposted_and_it_finishes_without_a_second_visit(
    hall: Hall, clock: FixedClock
) -> None:
    number = waiting(hall)
    assert hall.T101.case(number)["slip"]["number"]
    clock.moment += timedelta(days=1)
    tomorrow = Hall(hall.client)

    assert tomorrow.T101.case(number)["status"] == "in_progress"
    assert tomorrow.D101.sign(number)["status"] == "completed"
    assert reviewed(tomorrow, number)[-1] == "widened:deputy_director"
    assert tomorrow.A101.findings(number) == []


def test_one_that_was_given_too_early_is_found(
    hall: Hall, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = waiting(hall)
    clock.moment += timedelta(minutes=1)
    with monkeypatch.context() as hurried:
        hurried.setattr(absence_rules, "widen_after_minutes", lambda: 1)
        hall.D101.sign(number)

    (found,) = hall.A101.findings(number)
    assert (found["rule"], found["stored"]) == ("authority.widened", "post:deputy_director:widened")
