"""Whom a review is offered to more widely counts for "can this still be signed?" from that moment on."""

from datetime import timedelta
from typing import Any

from database.clock import FixedClock
from tests import qualified
from tests.people import Hall
from tests.stories.test_offered_wider import LIMIT, STAND_IN, able, waiting
from tests.stories.test_staffing import TODAY, signable, stand_in
from tests.stories.test_staffing_page import shown

LONG = "2027-03-31"


def nobody_reviews(hall: Hall) -> None:
    """Both reviewers of the county are away, and whoever stands in accepted the case."""
    for absent in ("R101", "R102"):
        stand_in(hall, absent=absent, deputy="T101", post="reviewer", to=LONG)


def offered(hall: Hall, number: str) -> tuple[Any, set[str]]:
    said = signable(hall, number)["offered_wider"]
    return said["from"], able(said)


def test_from_the_moment_on_these_people_count(hall: Hall, clock: FixedClock) -> None:
    nobody_reviews(hall)
    number = waiting(hall)
    clock.moment += LIMIT - timedelta(seconds=1)
    begins = hall.D101.sign(number, status=403)["offered_wider_from"]

    before = signable(hall, number)
    assert (before["possible"], before["from"], before["step"]) == (False, TODAY, "review")
    assert offered(hall, number) == (begins, {"D101", "R001"})
    assert [one["case_no"] for one in hall.S101.get("/api/staffing")["items"]] == [number]
    page = shown(hall, "T101", f"/cases/{number}", "zh-CN")
    assert "按现有人员签不齐" in page
    assert "起扩大派送，可由以下人员复核" in page

    clock.moment += timedelta(seconds=1)
    after = signable(hall, number)
    assert (after["possible"], after["from"], after["who_can"]) == (True, None, [])
    assert offered(hall, number) == (begins, {"D101", "R001"})
    assert hall.S101.get("/api/staffing")["items"] == []
    page = shown(hall, "T101", f"/cases/{number}", "zh-CN")
    assert "按现有人员签不齐" not in page
    assert "起扩大派送，可由以下人员复核" in page
    assert hall.D101.sign(number)["status"] == "completed"


def test_where_the_reviewers_are_there_nothing_is_said(hall: Hall, clock: FixedClock) -> None:
    number = waiting(hall)
    clock.moment += LIMIT

    assert signable(hall, number)["offered_wider"] is None
    assert "on the review is offered wider:" not in shown(hall, "T101", f"/cases/{number}")


def test_a_stand_in_whose_reviewer_is_there_is_among_them(hall: Hall, clock: FixedClock) -> None:
    """R102 is away, and it is a relative's business of R101's, who is there; T102 is registered for him."""
    stand_in(hall, absent="R102", deputy="T101", post="reviewer", to=LONG)
    hall.S101.post("/api/stand-ins", {**STAND_IN, "to": LONG}, status=201)
    body = hall.example("payment_account_change", 2)
    hall.R101.post("/api/relatives", qualified.relative(body["applicant"]["id_no"]), status=201)
    number = hall.T101.accept(body)["case_no"]

    assert signable(hall, number)["possible"] is False
    assert offered(hall, number)[1] == {"T102", "D101", "R001"}
    clock.moment += LIMIT
    assert signable(hall, number)["possible"] is True
    assert hall.T102.sign(number)["status"] == "completed"


def test_the_office_above_counts_within_its_sections(hall: Hall, clock: FixedClock) -> None:
    """Business of the enrolment section is nothing to a reviewer of the benefits section, as in queues."""
    nobody_reviews(hall)
    number = hall.T101.accept(hall.example("person_info_change_key", 2))["case_no"]
    clock.moment += LIMIT

    _, people = offered(hall, number)
    listed = {task["case_no"] for task in hall.R001.get("/api/tasks")["items"]}
    assert ("R001" in people) == (number in listed)
    assert "D101" in people
