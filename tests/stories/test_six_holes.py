"""Six holes found in the code of other approval systems, each tried here through every door it could have.

The names say what went wrong there: a path past the tiers, an approval by nobody, "all" that was "any", a
signer named by the sender, four eyes turned around, a right to one thing taken for another.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml
from sqlalchemy import func, select

from api import shipped
from authz.keys import signing_keys
from authz.offices import accounts
from authz.offices.accounts import Account
from authz.offices.posts import PostHolding
from authz.personnel import appointments
from database.connection import Sessions
from engine import office_record
from engine.defining.located import DefinitionRefused
from engine.rules import risk
from engine.signoffs import SignOff
from register.ledger import RegisterPosting
from tests import granting
from tests.people import PASSWORD, Hall, new_key

COUNTY = ("R101", "D101", "Z101")
RETIREMENT = ("retirement_approval", 1, "county")
# What may not sign: who took part in nothing, and the office's own guardians.
OUTSIDERS = ("T102", "S101", "A101", "admin", "C001", "H001", "R201")
# 401: who holds no post any more has no session either.
REFUSED = (401, 403, 404)


def sessions_of(hall: Hall) -> Sessions:
    found: Sessions = hall.client.app.state.sessions  # type: ignore[attr-defined]
    return found


def signed(hall: Hall) -> int:
    """How many sign-offs the whole office holds."""
    with sessions_of(hall).reading() as session:
        return session.execute(select(func.count()).select_from(SignOff)).scalar_one()


def posted(hall: Hall, case_no: str) -> bool:
    with sessions_of(hall).reading() as session:
        found = select(RegisterPosting).where(RegisterPosting.case_no == case_no)
        return session.execute(found).first() is not None


def commands(hall: Hall) -> Iterator[str]:
    """The addresses of every command that is published."""
    for path, verbs in hall.client.get("/api/openapi.json").json()["paths"].items():
        if "post" in verbs:
            yield path


def sign(
    hall: Hall, who: str, task_id: str, seen: str, said: Mapping[str, Any] | None = None
) -> Any:
    """Sign a task by its id, whoever it is offered to; the answer as it is."""
    body = {"decision": "approve", "opinion": "同意", "password": PASSWORD, "seen": seen}
    body.update(said or {})
    person = getattr(hall, who)
    headers = {**person.headers, "Idempotency-Key": new_key()}
    return hall.client.post(f"/api/tasks/{task_id}/sign", json=body, headers=headers)


@pytest.mark.slow
def test_no_bulk_path_skips_tiers(hall: Hall) -> None:
    """Every command there is, sent for every waiting case by a reviewer: none signs more than its task."""
    cases = [hall.T101.accept(hall.example(*RETIREMENT, nth=nth)) for nth in range(2)]
    numbers = [case["case_no"] for case in cases]
    tasks = [case["waiting"][0]["task_id"] for case in cases]
    before = signed(hall)
    everything = {
        "case_no": numbers[0], "case_nos": numbers, "cases": numbers, "task_ids": tasks,
        "tasks": tasks, "decision": "approve", "opinion": "同意", "password": PASSWORD,
        "seen": [case["seen"] for case in cases],
    }  # fmt: skip
    for path in commands(hall):
        if path.startswith("/api/session"):
            continue
        for number, task in zip(numbers, tasks, strict=True):
            address = path.replace("{case_no}", number).replace("{task_id}", task)
            for body in (everything, [everything], [{"task_id": one} for one in tasks]):
                headers = {**hall.R101.headers, "Idempotency-Key": new_key()}
                answer = hall.client.post(address, json=body, headers=headers)
                assert answer.status_code < 500, (path, answer.text)
    assert signed(hall) == before

    first = hall.R101.sign(numbers[0])
    assert signed(hall) == before + 1
    assert [one["step"] for one in first["waiting"]] == ["endorse"]
    refused = sign(hall, "R101", first["waiting"][0]["task_id"], first["seen"])
    assert (refused.status_code, refused.json()["rule"]) == (403, "post.missing")
    assert not any(posted(hall, number) for number in numbers)


def test_nobody_left_to_sign_is_no_approval(hall: Hall) -> None:
    """A step that nobody could sign waits; a route that demands nobody is no route."""
    assert hall.D101.session
    with sessions_of(hall).command() as session:
        deputy = select(Account.account_id).where(Account.staff_no == "D101")
        held = select(PostHolding).where(PostHolding.account_id == deputy.scalar_subquery())
        appointments.dismiss(session, session.execute(held).scalar_one().holding_id)
    case = hall.T101.accept(hall.example(*RETIREMENT))
    case = hall.R101.sign(case["case_no"])
    waiting = case["waiting"][0]
    assert waiting["step"] == "endorse"
    for staff_no in ("D101", "Z101", "R102", *OUTSIDERS):
        assert sign(hall, staff_no, waiting["task_id"], case["seen"]).status_code in REFUSED
    again = hall.T101.case(case["case_no"])
    assert (again["status"], again["waiting"][0]["step"]) == ("in_progress", "endorse")
    assert not posted(hall, case["case_no"])

    table = yaml.safe_load(shipped.risk_levels().read_text("utf-8"))
    for emptied in ([], ["teller"], ["teller", "reviewer"]):
        table["routes"]["county"] = emptied
        with pytest.raises(DefinitionRefused):
            risk.parse(yaml.safe_dump(table, allow_unicode=True), "risk_levels.yaml")


def test_all_of_them_means_each_of_them(hall: Hall) -> None:
    """Of the signatures a route demands each counts once, for its own step, whoever gave others."""
    case = hall.T101.accept(hall.example(*RETIREMENT))
    number = case["case_no"]
    for place, staff_no in enumerate(COUNTY):
        assert (case["status"], posted(hall, number)) == ("in_progress", False)
        task = case["waiting"][0]["task_id"]
        for other in set(COUNTY) - {staff_no}:
            assert sign(hall, other, task, case["seen"]).status_code == 403
        case = getattr(hall, staff_no).sign(number)
        repeated = sign(hall, staff_no, task, case["seen"])
        assert repeated.json()["rule"] in ("task.not_waiting", "case.finished"), place
    assert (case["status"], posted(hall, number)) == ("completed", True)
    history = hall.A101.history(number)["sign_offs"]
    assert [row["signer"] for row in history] == ["T101", *COUNTY]


def test_the_signer_is_who_signed_in(hall: Hall) -> None:
    """What a request says about its sender is refused, not merged; no field of it names a signer."""
    case = hall.T101.accept(hall.example(*RETIREMENT))
    task, seen = case["waiting"][0]["task_id"], case["seen"]
    forged = {
        "signer": "R101", "staff_no": "R101", "account_id": 1, "person_id": 1, "post": "reviewer",
        "on_behalf_of": "R101", "agency": "990101", "status": "completed",
        "business_status": {"R101": "approve", "D101": "approve", "Z101": "approve"},
    }  # fmt: skip
    for name, value in forged.items():
        for staff_no in ("T101", "R101"):
            refused = sign(hall, staff_no, task, seen, {name: value})
            assert refused.status_code in (403, 422), (name, refused.text)
    assert len(hall.A101.history(case["case_no"])["sign_offs"]) == 1

    hall.R101.sign(case["case_no"])

    last = hall.A101.history(case["case_no"])["sign_offs"][-1]
    assert (last["signer"], last["post"], last["on_behalf_of"]) == ("R101", "reviewer", None)


def test_four_eyes_are_two_people(hall: Hall) -> None:
    """Holding the reviewer's post as well makes nobody his own reviewer, nor does a second account."""
    with sessions_of(hall).command() as session:
        teller = select(Account).where(Account.staff_no == "T101")
        account = session.execute(teller).scalar_one()
        appointments.appoint(session, account.account_id, "reviewer", agency="990101")
        office_record.note_account(session, account.account_id, "account_opened")
        second = accounts.open_account(
            session,
            staff_no="R199",
            person_id=account.person_id,
            agency="990101",
            password_hash=account.password_hash,
            demo=True,
        )
        appointments.appoint(session, second, "reviewer", agency="990101")
        office_record.note_account(session, second, "account_opened")
        signing_keys.enroll(session, second, signing_keys.make(PASSWORD))
    hall.people.pop("T101", None)
    case = hall.T101.accept(hall.example("payment_account_change", 2))
    task, seen = case["waiting"][0]["task_id"], case["seen"]

    for staff_no in ("T101", "R199"):
        refused = sign(hall, staff_no, task, seen)
        assert refused.status_code == 403
        assert refused.json()["rule"] in ("duties.own_case", "duties.already_signed")
    for staff_no in OUTSIDERS:
        assert sign(hall, staff_no, task, seen).status_code in (403, 404)
    assert not posted(hall, case["case_no"])

    assert hall.R101.sign(case["case_no"])["status"] == "completed"


def test_a_right_to_one_thing_is_no_right_to_another(hall: Hall) -> None:
    """Neither another business, nor another step, nor another agency's case comes with a right."""
    for given in hall.S101.get("/api/grants")["items"]:
        if given["agency"] == "990101":
            address = f"/api/grants/{given['grant_id']}/revocation"
            hall.S101.post(address, {"reason": "季度调整"})
    grant = {
        "staff_no": "T102", "agency": "990101", "process": "retirement_approval", "act": "handle",
        "valid_from": "2026-11-02", "basis": "借调", "reason": "借调期间",
    }  # fmt: skip
    granting.granted(hall, grant)
    granted = hall.T101.accept(hall.example(*RETIREMENT))
    other = hall.T101.accept(hall.example("account_adjustment", 1, "county"))
    assert [one["step"] for one in (*granted["waiting"], *other["waiting"])] == ["handle", "handle"]

    for seen in (other["seen"], granted["seen"]):
        refused = sign(hall, "T102", other["waiting"][0]["task_id"], seen)
        assert refused.status_code == 403, refused.text
    for case in (granted, other):
        task = case["waiting"][0]["task_id"]
        for verb in ("sign", "claim", "release"):
            headers = {**hall.T201.headers, "Idempotency-Key": new_key()}
            said = {"decision": "approve", "opinion": "同意", "seen": case["seen"]}
            body = said if verb == "sign" else {}
            foreign = hall.client.post(f"/api/tasks/{task}/{verb}", json=body, headers=headers)
            assert foreign.status_code == 404, foreign.text
    handled = sign(hall, "T102", granted["waiting"][0]["task_id"], granted["seen"])
    assert handled.status_code == 200, handled.text
    review = handled.json()["waiting"][0]
    assert review["step"] == "review"
    assert sign(hall, "T102", review["task_id"], handled.json()["seen"]).status_code == 403
    assert [row["step"] for row in hall.A101.history(other["case_no"])["sign_offs"]] == []
