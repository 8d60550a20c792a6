"""The counter shows a client's number again where he wants more: to that teller, on that day."""

from datetime import timedelta

from database.clock import FixedClock
from tests.people import Hall, Person


def shown(hall: Hall, staff_no: str, case_no: str) -> tuple[int, str]:
    """What the counter answers to whoever signs in now and asks for the client of this case."""
    person = Person(hall.client, staff_no)
    hall.client.cookies.clear()
    answer = hall.client.get(f"/desk?like={case_no}", headers=person.headers)
    return answer.status_code, answer.text


def test_the_number_is_for_who_typed_it_today(hall: Hall, clock: FixedClock) -> None:
    body = hall.example("enrollment_certificate", 3)
    number = body["applicant"]["id_no"]
    case_no = hall.T101.accept(body)["case_no"]

    status, page = shown(hall, "T101", case_no)
    assert (status, number in page) == (200, True)
    status, page = shown(hall, "T102", case_no)
    assert (status, number in page) == (404, False)
    clock.moment += timedelta(days=1)
    status, page = shown(hall, "T101", case_no)
    assert (status, number in page) == (404, False)
