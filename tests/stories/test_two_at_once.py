"""Two people, two nodes, one task: exactly one wins, and the other leaves no trace but the journal."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from starlette.testclient import TestClient

from tests.people import PASSWORD, Hall, Person


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Make the calls from a thread each, and give their answers in order."""
    with ThreadPoolExecutor(len(calls)) as threads:
        return [call.result() for call in [threads.submit(call) for call in calls]]


def signing(client: TestClient, person: Person, case: dict[str, Any]) -> Callable[[], Any]:
    """A call that signs the case's waiting task in a person's name."""
    body = {"decision": "approve", "opinion": "", "password": PASSWORD, "seen": case["seen"]}
    headers = {**person.headers, "Idempotency-Key": f"{person.staff_no}-{case['seen']}"}
    path = f"/api/tasks/{case['waiting'][0]['task_id']}/sign"
    return lambda: client.post(path, json=body, headers=headers)


def test_two_reviewers_sign_one_task(start_office: Callable[[], TestClient]) -> None:
    one, other = start_office(), start_office()
    hall = Hall(one)
    r101, r102 = Person(one, "R101"), Person(other, "R102")
    for nth in range(3):
        case = hall.T101.accept(hall.example("payment_account_change", 2, nth=nth))

        answers = at_once(signing(one, r101, case), signing(other, r102, case))

        assert sorted(answer.status_code for answer in answers) == [200, 409]
        number = case["case_no"]
        history = hall.A101.history(number)
        assert [row["step"] for row in history["sign_offs"]] == ["handle", "review"]
        assert [e["action"] for e in history["journal"]].count("posted") == 1
        assert [e["rule"] for e in history["journal"] if e["action"] == "denied"] == [
            "task.not_waiting"
        ]
        assert hall.A101.findings(number) == []


def test_two_claim_one_task(start_office: Callable[[], TestClient]) -> None:
    one, other = start_office(), start_office()
    hall = Hall(one)
    r101, r102 = Person(one, "R101"), Person(other, "R102")
    case = hall.T101.accept(hall.example("payment_account_change", 2))
    task = case["waiting"][0]["task_id"]

    def claiming(client: TestClient, person: Person) -> Callable[[], Any]:
        headers = {**person.headers, "Idempotency-Key": f"claim-{person.staff_no}"}
        return lambda: client.post(f"/api/tasks/{task}/claim", json={}, headers=headers)

    answers = at_once(claiming(one, r101), claiming(other, r102))

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    held = next(a.json() for a in answers if a.status_code == 200)["claimed_by"]
    lost = next(a.json() for a in answers if a.status_code == 409)
    assert lost["rule"] == "task.claimed"
    assert lost["who_can"][0]["staff"][0]["staff_no"] == held
    loser = "R101" if held == "R102" else "R102"
    assert getattr(hall, loser).sign(case["case_no"], status=409)["rule"] == "task.claimed"
    getattr(hall, held).post(f"/api/tasks/{task}/release")
    assert getattr(hall, loser).sign(case["case_no"])["status"] == "completed"


def test_the_same_request_sent_six_times_at_once_has_one_effect(hall: Hall) -> None:
    body = hall.example("person_info_change_general", 3)
    headers = {**hall.T101.headers, "Idempotency-Key": "once"}

    answers = at_once(*[lambda: hall.client.post("/api/cases", json=body, headers=headers)] * 6)

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len(hall.A101.get("/api/cases")["items"]) == 1
    other = hall.example("enrollment_certificate", 3)
    reused = hall.client.post("/api/cases", json=other, headers=headers)
    assert (reused.status_code, reused.json()["rule"]) == (409, "idempotency.key_reused")


def test_two_tellers_change_one_person_at_once(start_office: Callable[[], TestClient]) -> None:
    """What each shows as before is what stood there when it posted: nothing is lost in between."""
    one, other = start_office(), start_office()
    hall = Hall(one)
    body = hall.example("person_info_change_general", 3)
    t101, t102 = Person(one, "T101"), Person(other, "T102")

    def accepting(client: TestClient, person: Person, mobile: str) -> Callable[[], Any]:
        said = {**body, "form": {"mobile": mobile}}
        headers = {**person.headers, "Idempotency-Key": mobile}
        return lambda: client.post("/api/cases", json=said, headers=headers)

    answers = at_once(accepting(one, t101, "13911110001"), accepting(other, t102, "13911110002"))

    assert [answer.status_code for answer in answers] == [201, 201]
    changes = [answer.json()["posting"][0] for answer in answers]
    afters = {change["after"]["mobile"] for change in changes}
    befores = {change["before"]["mobile"] for change in changes}
    assert len(befores & afters) == 1
    for answer in answers:
        assert hall.A101.findings(answer.json()["case_no"]) == []
