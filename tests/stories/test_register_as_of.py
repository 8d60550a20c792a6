"""The register as it stood at the end of a day: in answers and pages, for persons and employers."""

from datetime import timedelta
from typing import Any

from database.clock import FixedClock
from tests.people import Hall
from tests.stories.test_desk_doors import HTML


def test_a_record_is_asked_for_as_it_stood(hall: Hall, clock: FixedClock) -> None:
    first = clock.moment.date().isoformat()
    body = hall.example("account_adjustment", 1, "county")
    case = hall.T101.accept(body)
    path = f"/api/register/persons/{case['person_id']}"
    before = hall.T101.get(path)
    clock.moment += timedelta(days=1)
    hall.people.clear()  # whoever signed in yesterday signs in again
    second = clock.moment.date().isoformat()
    for signer in ("R101", "D101", "Z101"):
        case = getattr(hall, signer).sign(case["case_no"])
    clock.moment += timedelta(days=1)
    hall.people.clear()  # whoever signed in yesterday signs in again
    contact = hall.example("person_info_change_general", 3, nth=2)
    assert hall.T101.accept(contact)["person_id"] == case["person_id"]
    now = hall.T101.get(path)

    assert hall.T101.get(f"{path}?as_of={first}") == before
    between = hall.T101.get(f"{path}?as_of={second}")
    assert between["account"] == now["account"] != before["account"]
    assert between["contact"] == before["contact"] != now["contact"]
    assert (before["version"], between["version"], now["version"]) == (1, 2, 3)
    assert case["case_no"] in {entry["case_no"] for entry in between["entries"]}
    assert hall.T101.get(f"{path}?as_of={clock.moment.date().isoformat()}") == now


def test_nobody_is_on_record_before_the_first_day(hall: Hall, clock: FixedClock) -> None:
    case = hall.T101.accept(hall.example("account_query", 3))
    path = f"/api/register/persons/{case['person_id']}"
    earlier = (clock.moment - timedelta(days=1)).date().isoformat()
    later = (clock.moment + timedelta(days=1)).date().isoformat()

    assert hall.T101.get(f"{path}?as_of={earlier}", 404)["rule"] == "person.not_found"
    assert hall.T101.get(f"{path}?as_of={later}", 422)["rule"] == "register.day_ahead"
    assert hall.T101.get(f"{path}?as_of=0001-01-01", 404)["rule"] == "person.not_found"
    hall.T101.get(f"{path}?as_of=yesterday", 422)


def test_an_employer_as_it_stood(hall: Hall, clock: FixedClock) -> None:
    first = clock.moment.date().isoformat()
    clock.moment += timedelta(days=1)
    hall.people.clear()  # whoever signed in yesterday signs in again
    body = hall.example("employer_info_change_general", 3)
    case: dict[str, Any] = hall.T101.accept(body)
    uscc = {"uscc": body["applicant"]["id_no"]}
    employer = hall.T101.post("/api/register/search", uscc)["employer_id"]
    path = f"/api/register/employers/{employer}"

    now, then = hall.T101.get(path), hall.T101.get(f"{path}?as_of={first}")
    assert case["case_no"] in {version["case_no"] for version in now["versions"]}
    assert case["case_no"] not in {version["case_no"] for version in then["versions"]}
    assert then["contact"] != now["contact"]


def test_the_page_says_of_which_day_it_is(hall: Hall, clock: FixedClock) -> None:
    case = hall.T101.accept(hall.example("account_query", 3))
    day = clock.moment.date().isoformat()
    cookies = {"Authorization": hall.T101.headers["Authorization"], **HTML}

    page = hall.client.get(f"/register/persons/{case['person_id']}?as_of={day}", headers=cookies)

    assert page.status_code == 200, page.text
    assert f"这是截至{day}日终的登记情况" in page.text
