"""The desk says since when a review is offered wider, and whose post gave it (design §2)."""

from datetime import timedelta

from starlette.testclient import TestClient

from database.clock import FixedClock
from tests.people import Hall
from tests.stories.test_desk_doors import HTML
from tests.stories.test_offered_wider import LIMIT, waiting
from tests.stories.test_places import sign_in


def browsing(hall: Hall, staff_no: str) -> TestClient:
    hall.client.follow_redirects = False
    hall.client.cookies.clear()
    sign_in(hall.client, staff_no)
    return hall.client


def page(client: TestClient, path: str) -> str:
    answer = client.get(path, headers=HTML)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_queue_and_case_say_since_when_and_the_ladder_from_which_post(
    hall: Hall, clock: FixedClock
) -> None:
    number = waiting(hall)
    clock.moment += LIMIT - timedelta(seconds=20)
    deputy = browsing(hall, "D101")
    assert number not in page(deputy, "/queue")
    assert "起扩大派送" not in page(deputy, f"/cases/{number}")

    clock.moment += timedelta(seconds=20)
    listed, case = page(deputy, "/queue"), page(deputy, f"/cases/{number}")

    assert number in listed
    assert "起扩大派送" in listed
    assert "起扩大派送" in case
    # The reviewer reads it too: his colleagues may be quicker now.
    assert "起扩大派送" in page(browsing(hall, "R101"), "/queue")

    hall.D101.sign(number)
    signed = page(browsing(hall, "T101"), f"/cases/{number}")
    assert "超时扩大派送，" in signed
    assert "起扩大派送" not in signed
