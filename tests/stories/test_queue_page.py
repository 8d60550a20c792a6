"""The queue's page without a script: filters in the address, saved choices, tasks claimed and handed on."""

import re
from collections.abc import Mapping
from typing import Any

from starlette.testclient import TestClient

from tests.people import Hall, new_key
from tests.stories.test_desk_doors import HTML, OWN, token_in
from tests.stories.test_places import sign_in
from tests.stories.test_queues import COUNTY, INSTANT, accepted, task_of


def reviewer(hall: Hall) -> TestClient:
    """R101 in his browser: whoever signed in before him through the same client left his cookie."""
    hall.client.follow_redirects = False
    hall.client.cookies.clear()
    sign_in(hall.client, "R101")
    return hall.client


def page(client: TestClient, path: str, status: int = 200) -> str:
    answer = client.get(path, headers=HTML)
    assert answer.status_code == status, answer.text
    return answer.text


def send(client: TestClient, path: str, said: Mapping[str, Any]) -> str:
    """Send a form; where it leads to, or the page that refuses."""
    form = {**said, "csrf": token_in(page(client, "/me")), "key": new_key()}
    answer = client.post(path, data=form, headers={**HTML, **OWN})
    return answer.headers.get("location", answer.text)


def shown(html: str) -> set[str]:
    return set(re.findall(r'href="/cases/(\d+)" data-open', html))


def test_filters_claims_and_handing_on(hall: Hall) -> None:
    limited, (instant,) = accepted(hall, COUNTY, 2), accepted(hall, INSTANT)
    tasks = [task_of(hall.R101, number) for number in limited]
    hall.R102.post(f"/api/tasks/{tasks[1]}/claim")

    browser = reviewer(hall)

    assert shown(page(browser, "/queue")) == {*limited, instant}
    # Ten days are shared by three signers: the case's day and the step's own stand beside each other.
    assert page(browser, "/queue").count("本环节限") == len(limited)
    address = "/queue?queue=all&level=1&sort=-arrived&sort=level&sort=process"
    filtered = page(browser, address)
    assert shown(filtered) == set(limited)
    at = "queue=all&level=1&sort=-arrived%2Clevel%2Cprocess"
    assert at.replace("&", "&amp;") in filtered
    # Each of the three keys stands chosen in a field of its own, or filtering anew would lose it.
    chosen = re.findall(r'id="f-sort(?:-\d)?".*?value="([^"]+)" selected', filtered)
    assert chosen == ["-arrived", "level", "process"]
    page(browser, "/queue?level=9", 422)
    page(browser, "/queue?queue=applicant", 404)

    led = send(browser, "/queue/claim", {"at": at, "task": tasks})
    assert led.startswith("/queue?queue=all&level=1&sort=-arrived%2Clevel%2Cprocess&claimed=1")
    told = page(browser, led)
    assert f"{limited[1]}</span> 已由他人认领" in told
    assert shown(page(browser, "/queue/rows?queue=mine")) == {limited[0]}
    form = page(browser, f"/queue/{tasks[0]}/transfer")
    assert 'value="R102"' in form
    given = {"to": "R102", "reason": "handover"}
    assert send(browser, f"/queue/{tasks[0]}/transfer", given) == "/queue?handed=1"
    assert shown(page(browser, "/queue?queue=mine")) == set()


def test_a_choice_is_saved_and_taken_away(hall: Hall) -> None:
    shared = {"name": "岗上共享", "queue": "all", "asked": {"level": "1"}, "post": "reviewer"}
    hall.S101.post("/api/saved-queues", shared, status=201)
    at = "queue=all&level=2&sort=arrived"
    browser = reviewer(hall)
    led = send(browser, "/queue/saved", {"at": at, "name": "我的二级件"})

    assert led == f"/queue?{at}"
    listed = page(browser, led)
    assert "我的二级件" in listed
    assert "岗上共享" in listed
    (number,) = re.findall(r'action="/queue/saved/(\d+)/removal"', listed)
    assert send(browser, f"/queue/saved/{number}/removal", {"at": at}) == led
    assert "我的二级件" not in page(browser, led)
