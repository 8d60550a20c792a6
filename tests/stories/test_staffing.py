"""Can this still be signed? (还能签齐吗): warnings, simulations and what the registers want looked at."""

from datetime import timedelta
from typing import Any

import pytest

from database.clock import FixedClock
from tests.granting import granted
from tests.jobs_office import JobsOffice
from tests.people import Hall

TODAY = "2026-11-02"
COUNTY = ("retirement_approval", 1, "county")


def accepted(hall: Hall) -> Any:
    """A level-1 case of the county: the teller handled it; review, endorse, conclude are to come."""
    return hall.T101.accept(hall.example(*COUNTY))


def stand_in(hall: Hall, by: str = "S101", **said: Any) -> Any:
    entry = {"from": TODAY, "to": TODAY, "reason": "年休假", **said}
    return getattr(hall, by).post("/api/stand-ins", entry, status=201)


def signable(hall: Hall, number: str) -> Any:
    return hall.T101.case(number)["signable"]


def dismissed(hall: Hall, staff_no: str, post: str) -> None:
    """Take a post of the county from somebody."""
    listed = hall.S000.get("/api/accounts")["items"]
    (found,) = [
        held["appointment_id"]
        for member in listed
        if member["staff_no"] == staff_no
        for held in member["appointments"]
        if held["post"] == post
    ]
    hall.S000.post(f"/api/appointments/{found}/dismissal")


def test_a_case_with_people_enough_says_so(hall: Hall) -> None:
    case = accepted(hall)

    assert case["signable"] == {
        "possible": True,
        "from": None,
        "step": None,
        "steps": [],
        "who_can": [],
        "could": [],
        "offered_wider": None,
    }
    assert signable(hall, case["case_no"])["possible"]


def test_the_director_absent_and_his_deputy_signs_already(hall: Hall) -> None:
    """One person for two steps: the deputy director stands in for the director. It only warns."""
    stand_in(hall, absent="Z101", deputy="D101", post="director", to="2027-03-31")

    case = accepted(hall)

    said = case["signable"]
    assert (said["possible"], said["from"], said["step"]) == (False, TODAY, "conclude")
    assert [(one["step"], one["post"]) for one in said["steps"]] == [
        ("endorse", "deputy_director"),
        ("conclude", "director"),
    ]
    assert [s["staff_no"] for who in said["who_can"] for s in who["staff"]] == ["D101"]
    could = {one["staff_no"]: one["how"] for one in said["could"]}
    assert could["Z101"] == "back"
    assert could["R101"] == "stand_in"
    assert "T101" not in could
    assert not {"A101", "admin"} & could.keys()
    hall.R101.sign(case["case_no"])
    assert hall.D101.sign(case["case_no"])["status"] == "in_progress"
    assert hall.D101.sign(case["case_no"], status=403)["rule"] == "duties.already_signed"
    assert [one["step"] for one in signable(hall, case["case_no"])["steps"]] == ["conclude"]


def test_whoever_could_help_does(hall: Hall) -> None:
    stand_in(hall, absent="Z101", deputy="D101", post="director", to="2027-03-31")
    number = accepted(hall)["case_no"]
    assert not signable(hall, number)["possible"]

    stand_in(hall, absent="Z101", deputy="R102", post="director", to="2027-03-31")

    assert signable(hall, number)["possible"]
    hall.R101.sign(number)
    hall.D101.sign(number)
    assert hall.R102.sign(number)["status"] == "completed"


def test_absent_until_before_the_due_day_is_no_matter(hall: Hall) -> None:
    """Somebody who comes back in time can still sign: the days to come count."""
    stand_in(hall, absent="Z101", deputy="D101", post="director", to="2026-11-03")

    assert accepted(hall)["signable"]["possible"]


def test_it_says_from_when(hall: Hall) -> None:
    number = accepted(hall)["case_no"]
    stand_in(
        hall, absent="D101", deputy="Z101", post="deputy_director",
        **{"from": "2026-11-05", "to": "2027-03-31"},
    )  # fmt: skip

    said = signable(hall, number)

    assert (said["possible"], said["from"], said["step"]) == (True, "2026-11-05", "conclude")
    soon = hall.S101.get("/api/staffing")
    assert (soon["stuck_cases"], soon["soon_stuck_cases"]) == (0, 1)
    assert [one["case_no"] for one in soon["items"]] == [number]
    assert hall.S101.get("/api/staffing?days=1")["items"] == []


@pytest.mark.slow
def test_the_list_tells_every_case_and_the_morning_counts_them(
    hall: Hall, clock: FixedClock
) -> None:
    number = accepted(hall)["case_no"]
    stand_in(hall, absent="Z101", deputy="D101", post="director", to="2027-03-31")
    instant = hall.T101.accept(hall.example("payment_account_change", 2))["case_no"]

    told = hall.S101.get("/api/staffing")

    assert (told["open_cases"], told["stuck_cases"]) == (2, 1)
    (line,) = told["items"]
    assert line["case_no"] == number
    assert line["signable"] == signable(hall, number)
    assert instant not in {one["case_no"] for one in told["items"]}
    assert hall.S000.get("/api/staffing")["items"] == told["items"]
    elsewhere = Hall(hall.client)
    assert elsewhere.A201.get("/api/staffing")["open_cases"] == 0
    jobs = JobsOffice(hall, clock)
    jobs.at_night("staffing")
    outcome = jobs.result("staffing")
    assert (outcome["open_cases"], outcome["stuck"], outcome["first"]) == (2, 1, [number])


def test_it_is_for_who_looks_after_the_staff(hall: Hall) -> None:
    for staff_no in ("T101", "R101", "admin"):
        person = getattr(hall, staff_no)
        assert person.get("/api/staffing", status=403)["rule"] == "post.missing"
        assert person.get("/api/staffing/lint", status=403)["rule"] == "post.missing"
        refused = person.post("/api/staffing/simulation", {"nonsense": 1}, status=403)
        assert refused["rule"] == "post.missing"


def test_a_simulation_says_what_would_stop_and_changes_nothing(hall: Hall) -> None:
    number = accepted(hall)["case_no"]
    before = hall.S101.get("/api/staffing")

    told = hall.S101.post("/api/staffing/simulation", {"dismiss": "Z101"})

    assert (told["count"], [one["case_no"] for one in told["items"]]) == (1, [number])
    assert told["items"][0]["signable"]["step"] == "conclude"
    assert told["posts"] == [{"agency": "990101", "post": "director", "from": TODAY}]
    away = {"absent": "D101", "from": "2026-11-05", "to": "2027-03-31"}
    told = hall.S101.post("/api/staffing/simulation", away)
    assert told["items"][0]["signable"]["from"] == "2026-11-05"
    assert told["posts"][0]["from"] == "2026-11-05"
    two = hall.S101.post("/api/staffing/simulation", {"close": "R102"})
    assert (two["count"], two["posts"]) == (0, [])
    assert hall.S101.get("/api/staffing") == before
    assert signable(hall, number)["possible"]
    hall.R102.sign(number)


def test_what_a_simulation_says_comes_true(hall: Hall) -> None:
    """The lists of a simulated dismissal and of the real one are the same."""
    number = accepted(hall)["case_no"]
    told = hall.S101.post(
        "/api/staffing/simulation", {"dismiss": "D101", "post": "deputy_director"}
    )

    dismissed(hall, "D101", "deputy_director")

    assert told["items"] == hall.S101.get("/api/staffing")["items"]
    assert told["items"][0]["case_no"] == number


def test_a_wrong_simulation_says_what_is_wrong(hall: Hall) -> None:
    def errors(body: dict[str, Any]) -> set[tuple[str, str]]:
        refused = hall.S101.post("/api/staffing/simulation", body, status=422)
        return {(error["field"], error["rule"]) for error in refused["errors"]}

    assert errors({}) == {("absent", "staffing.one")}
    assert errors({"close": "R101", "absent": "R102"}) == {("absent", "staffing.one")}
    assert errors({"dismiss": "R101", "post": "director"}) == {("post", "staffing.post")}
    assert errors({"close": "R101", "post": "reviewer", "to": "2026-11-09"}) == {
        ("post", "staffing.post"),
        ("to", "staffing.dates"),
    }
    assert errors({"absent": "R101", "to": "2026-10-01"}) == {("to", "staffing.dates")}
    assert errors({"move": "R101"}) == {("post", "staffing.new_post")}
    assert errors({"move": "R101", "post": "king"}) == {("post", "staffing.new_post")}
    assert errors({"move": "R101", "post": "reviewer", "agency": "1"}) == {
        ("agency", "staffing.agency")
    }
    assert errors({"revoke": 1, "agency": "990101"}) == {("agency", "staffing.agency")}
    refused = hall.S101.post("/api/staffing/simulation", {"revoke": 9_999_999}, status=404)
    assert refused["rule"] == "grant.not_found"
    for foreign in ("T201", "H001", "nobody"):
        refused = hall.S101.post("/api/staffing/simulation", {"close": foreign}, status=404)
        assert refused["rule"] == "account.not_found"


def test_a_returned_case_waits_for_whoever_handled_it(hall: Hall) -> None:
    """He is away and nobody does his post for him: a correction is his as long as he holds the post."""
    number = accepted(hall)["case_no"]
    hall.R101.sign(number, "return", reasons=["materials_unclear"])
    assert signable(hall, number)["possible"]

    stand_in(hall, absent="T101", deputy="T102", post="teller", to="2027-03-31")
    assert signable(hall, number)["possible"]
    told = hall.S101.post("/api/staffing/simulation", {"close": "T101"})

    assert told["count"] == 0
    away = hall.S101.post("/api/staffing/simulation", {"absent": "T102", "to": "2027-03-31"})
    assert [one["signable"]["step"] for one in away["items"]] == ["handle"]


def test_own_cases_and_two_accounts_count_by_person(hall: Hall) -> None:
    """Who is the applicant himself can't be the only one left."""
    reviewer = hall.example(*COUNTY)
    number = hall.T101.accept(reviewer)["case_no"]
    told = hall.S101.post("/api/staffing/simulation", {"close": "R101"})
    assert told["count"] == 0
    hall.R102.sign(number)
    assert signable(hall, number)["possible"]


def test_lint_lists_what_wants_an_eye(hall: Hall, clock: FixedClock) -> None:
    granted(
        hall,
        {
            "post": "teller", "agency": "990101", "process": "history_backfill", "act": "handle",
            "valid_from": TODAY, "valid_to": "2026-11-20", "basis": "授权登记〔2026〕8号",
        },
    )  # fmt: skip
    for _ in range(3):
        made = stand_in(hall, absent="R101", deputy="T102", post="reviewer")
        hall.S101.post(f"/api/stand-ins/{made['stand_in_id']}/end")

    lines = hall.S101.get("/api/staffing/lint")["items"]

    single = {(one["post"], one["staff_no"]) for one in lines if one["kind"] == "single_person"}
    assert {("director", "Z101"), ("deputy_director", "D101")} <= single
    assert "reviewer" not in {post for post, _ in single}
    (ending,) = [one for one in lines if one["kind"] == "grant_ends"]
    assert (ending["to"], ending["agency"]) == ("2026-11-20", "990101")
    (again,) = [one for one in lines if one["kind"] == "stand_in_again"]
    assert (again["absent"], again["deputy"], again["times"]) == ("R101", "T102", 3)
    assert all(one["reason"]["zh"] and one["reason"]["en"] for one in lines)
    assert {one["agency"] for one in lines} == {"990101"}

    clock.moment += timedelta(days=120)
    later = Hall(hall.client)
    unused = [
        one
        for one in later.S101.get("/api/staffing/lint")["items"]
        if one["kind"] == "grant_unused"
    ]
    assert [one["post"] for one in unused] == ["teller"]
