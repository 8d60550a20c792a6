"""Queues: what each lists and counts, filters, order, pages both ways, claims, handing on, saved choices."""

from datetime import timedelta
from typing import Any

import pytest

from database.clock import FixedClock
from engine.queueing import queue_pages
from tests.clock_commands import SIGNED
from tests.people import Hall, Person

COUNTY = ("account_adjustment", 1, "county")
INSTANT = ("payment_account_change", 2, None)


def accepted(hall: Hall, which: Any = COUNTY, count: int = 1) -> list[str]:
    body = hall.example(*which)
    return [hall.T101.accept(body)["case_no"] for _ in range(count)]


def listed(person: Person, code: str, query: str = "") -> list[str]:
    return [line["case_no"] for line in person.get(f"/api/queues/{code}{query}")["items"]]


def counts(person: Person) -> dict[str, int]:
    return {one["code"]: one["count"] for one in person.get("/api/queues")["items"] if one["count"]}


def task_of(person: Person, case_no: str) -> str:
    return str(person.case(case_no)["waiting"][0]["task_id"])


def test_each_queue_lists_its_own_and_counts_them(hall: Hall, clock: FixedClock) -> None:
    first, second = accepted(hall, COUNTY, 2)
    instant, returned = accepted(hall, INSTANT)[0], accepted(hall, INSTANT)[0]
    hall.R101.sign(returned, "return", reasons=["materials_unclear"])
    hall.R101.post(f"/api/tasks/{task_of(hall.R101, first)}/claim")
    hall.D101.post(
        f"/api/cases/{second}/clock-stop",
        {"reason": "investigation", "basis": "协查函1号", **SIGNED},
    )

    assert listed(hall.R101, "all")[0] == instant
    assert set(listed(hall.R101, "all")) == {instant, first, second}
    assert listed(hall.R101, "mine") == [first]
    assert listed(hall.R101, "at_window") == [instant]
    assert listed(hall.R101, "stopped") == [second]
    assert listed(hall.R101, "done_today") == [returned]
    assert listed(hall.T101, "applicant") == [returned]
    assert hall.R101.get("/api/queues/applicant", 404)["rule"] == "queue.unknown"
    assert counts(hall.R101) == {
        "all": 3, "mine": 1, "my_posts": 3, "at_window": 1, "stopped": 1, "at_risk": 1, "done_today": 1,
    }  # fmt: skip

    clock.moment += timedelta(days=60)
    late = {name: getattr(Hall(hall.client), name) for name in ("R101",)}["R101"]
    assert listed(late, "overdue") == [instant, first]
    # Left alone for sixty days it is nobody's again, and its post's.
    assert listed(late, "mine") == []
    assert set(listed(late, "all", "?holder=nobody")) == {instant, first, second}
    other = Hall(hall.client).R102
    assert other.post(f"/api/tasks/{task_of(other, first)}/claim")["claimed_by"] == "R102"
    assert hall.A101.findings(first) == []


def test_what_is_asked_for_and_in_which_order(hall: Hall) -> None:
    limited = accepted(hall, COUNTY, 2)
    (instant,) = accepted(hall, INSTANT)
    hall.S101.post(
        f"/api/cases/{limited[1]}/green-channel",
        {"category": "elderly", "reason": "高龄"},
        status=201,
    )

    assert listed(hall.R101, "all", "?process=account_adjustment") == [limited[1], limited[0]]
    assert listed(hall.R101, "all", "?level=2") == [instant]
    assert listed(hall.R101, "all", "?green=true") == [limited[1]]
    assert listed(hall.R101, "all", "?sort=-level,arrived") == [instant, *limited]
    assert listed(hall.R101, "all", "?sort=level,-arrived") == [limited[1], limited[0], instant]
    assert listed(hall.R101, "all", "?applicant=employer") == []
    assert (
        listed(
            hall.R101, "all", "?state=in_progress&received_from=2000-01-01&received_to=2000-01-02"
        )
        == []
    )
    assert listed(hall.R101, "all", "?section=待遇科") == []
    for wrong in ("?sort=name", "?sort=due_on,due_on", "?level=7", "?name=张", "?due_before=x"):
        assert hall.R101.get(f"/api/queues/all{wrong}", 422)
    assert hall.R101.get("/api/queues/all?sort=closed", 422)["rule"] == "queue.filter"
    assert hall.A101.findings(limited[1]) == []


@pytest.mark.parametrize("sort", ["due_on,turn", "-level,arrived", "-process,-received"])
def test_pages_lead_onward_and_back_while_rows_come_and_go(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    monkeypatch.setattr(queue_pages, "PAGE", 2)
    accepted(hall, COUNTY, 4)
    accepted(hall, INSTANT, 3)
    path = f"/api/queues/all?sort={sort}"
    pages, cursor = [], None
    while True:
        found = hall.R101.get(path + (f"&cursor={cursor}" if cursor else ""))
        pages.append(found)
        if (cursor := found["next_cursor"]) is None:
            break
    rows = [[line["case_no"] for line in page["items"]] for page in pages]

    assert [len(page) for page in rows] == [2, 2, 2, 1]
    assert len({number for page in rows for number in page}) == 7
    assert pages[0]["previous_cursor"] is None
    back = hall.R101.get(f"{path}&cursor={pages[2]['previous_cursor']}")
    assert [line["case_no"] for line in back["items"]] == rows[1]
    first = hall.R101.get(f"{path}&cursor={back['previous_cursor']}")
    assert ([line["case_no"] for line in first["items"]], first["previous_cursor"]) == (
        rows[0],
        None,
    )
    # The row at whose end the page ended is gone: what follows is what followed.
    hall.T101.post(f"/api/cases/{rows[1][-1]}/withdrawal", {"reason": "改日再来"})
    on = hall.R101.get(f"{path}&cursor={pages[1]['next_cursor']}")
    assert [line["case_no"] for line in on["items"]] == rows[2]
    refused = hall.R101.get(f"/api/queues/mine?cursor={pages[1]['next_cursor']}", 422)
    assert refused["rule"] == "cursor.invalid"


def test_many_are_claimed_each_for_itself_and_handed_on(hall: Hall) -> None:
    numbers = accepted(hall, COUNTY, 3)
    tasks = [task_of(hall.R101, number) for number in numbers]
    hall.R102.post(f"/api/tasks/{tasks[1]}/claim")

    found = hall.R101.post("/api/tasks/claims", {"tasks": [*tasks, "no-such-task"]})["items"]

    assert [(one["claimed"], one["rule"]) for one in found] == [
        (True, None), (False, "task.claimed"), (True, None), (False, "task.not_found"),
    ]  # fmt: skip
    path = f"/api/tasks/{tasks[0]}/transfer"
    given = {"to": "R102", "reason": "workload"}
    for to, rule, status in (
        ("R101", "transfer.self", 422),
        ("T102", "transfer.unknown", 404),
        ("R001", "transfer.unknown", 404),
    ):
        assert hall.R101.post(path, {**given, "to": to}, status=status)["rule"] == rule
    assert hall.R101.post(path, given)["claimed_by"] == "R102"
    assert hall.R101.post(path, given, status=409)["rule"] == "task.claimed"
    assert hall.R102.sign(numbers[0])["status"] == "in_progress"
    told = [e for e in hall.A101.history(numbers[0])["journal"] if e["action"] == "transferred"]
    assert [(e["actor"], e["detail"]["to"], e["detail"]["reason"]) for e in told] == [
        ("R101", "R102", "workload")
    ]
    assert all(hall.A101.findings(number) == [] for number in numbers)


def test_choices_are_saved_for_oneself_and_shared_by_a_supervisor(hall: Hall) -> None:
    mine = {"name": "一级件", "queue": "all", "asked": {"level": "1", "sort": "-arrived"}}
    saved = hall.R101.post("/api/saved-queues", mine, status=201)
    shared = {**mine, "name": "全岗：临期", "post": "reviewer"}

    assert hall.R101.post("/api/saved-queues", shared, status=403)["rule"] == "post.missing"
    given = hall.S101.post("/api/saved-queues", shared, status=201)
    names = {who: [one["name"] for one in getattr(hall, who).get("/api/queues")["saved"]]
             for who in ("R101", "R102", "D101", "R001")}  # fmt: skip
    assert names == {
        "R101": ["一级件", "全岗：临期"],
        "R102": ["全岗：临期"],
        "D101": [],
        "R001": [],
    }
    removal = f"/api/saved-queues/{saved['saved_id']}/removal"
    assert hall.R102.post(removal, status=404)["rule"] == "queue.saved_not_found"
    hall.R101.post(removal)
    assert hall.R101.post(removal, status=404)["rule"] == "queue.saved_not_found"
    hall.S101.post(f"/api/saved-queues/{given['saved_id']}/removal")
    assert hall.R102.get("/api/queues")["saved"] == []
    wrong = {**mine, "asked": {"level": "9"}}
    assert hall.R101.post("/api/saved-queues", wrong, status=422)["rule"] == "queue.filter"
    assert hall.R101.post("/api/saved-queues", {**mine, "queue": "nix"}, status=404)


def test_nothing_signs_many_cases_at_once(hall: Hall) -> None:
    """Every address that signs a case names one task; what takes many tasks signs none."""
    paths = hall.client.get("/api/openapi.json").json()["paths"]
    signing = [path for path in paths if path.rsplit("/", 1)[-1] in ("sign", "signing")]

    assert signing
    assert all("{task_id}" in path or "{case_no}" in path for path in signing)
    number = accepted(hall)[0]
    task = task_of(hall.R101, number)
    before = hall.R101.case(number)["seen"]
    hall.R101.post("/api/tasks/claims", {"tasks": [task]})
    assert hall.R101.case(number)["seen"] == before
    hall.R101.post("/api/tasks/claims", {"tasks": [task], "decision": "approve"}, status=422)
