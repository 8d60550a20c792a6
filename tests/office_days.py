"""How a day in a random office begins and goes on by itself: what every history tries, whatever is drawn."""

from collections.abc import Mapping
from typing import Any

from tests.office_acts import Accept, Hold, Sign, Withdraw
from tests.office_grants import Revoke
from tests.office_history import History, among
from tests.office_model import Known
from tests.office_people import COUNTY, INSURED, STAFF

LIMITED = ("retirement_approval", "account_adjustment", "benefit_adjustment")


def begin(history: History, pick: int, *, revoked: bool) -> None:
    """One case goes to its end, against all who try what they may not; then a right ends, or is missing."""
    body = among(history.setting.bodies[: history.setting.usual], pick, 6)
    case = take(history, body, "T101", pick)
    _first_steps(history, case, pick)
    proceed(history, case, pick, len(STAFF), 1)
    assert case.status == "completed"
    # The last to sign tries to sign once more, and the applicant to withdraw.
    history.attempt(history.signing(case, case.signed[-1][1], "approve", 1), 1)
    history.attempt(Withdraw("T102", history.key(), case.case_no), 0)
    history.reuse(pick)
    if revoked:
        _without_grant(history, pick)
    else:
        _own_case(history)


def take(history: History, body: Mapping[str, Any], staff_no: str, node: int) -> Known:
    """Somebody accepts an application, or tries to; the newest case."""
    category = history.setting.categories[body["process"]]
    history.attempt(Accept(staff_no, history.key(), body, category), node)
    return list(history.picture.cases.values())[-1]


def proceed(history: History, case: Known, pick: int, steps: int, node: int) -> None:
    """Those whose turn it is bring a case some steps on; before each somebody tries what he may not."""
    for turn in range(steps):
        act = history.next_act(case, pick + turn)
        if act is None:
            break
        if isinstance(act, Sign):
            history.attempt(history.temptation(case, pick + turn), node)
        # Not all that is tempting is wrong: then it was the step.
        act = history.next_act(case, pick + turn)
        if act is not None:
            history.attempt(act, node + turn)


def _first_steps(history: History, case: Known, pick: int) -> None:
    """Who accepted a case tries his other account on it, the reviewer's; whose turn it is claims it."""
    history.attempt(history.signing(case, "R191", "approve", 1), 0)
    task_id, step = history.task(case, 1)
    turn = history.rightful(case, pick)
    history.attempt(Hold(turn, history.key(), case.case_no, task_id, step, claims=True), 0)


def _without_grant(history: History, pick: int) -> None:
    """The right a teller has just used is revoked: his next limited case waits for the back office."""
    county = [one for one, given in history.picture.grants.items() if given.agency == COUNTY]
    history.attempt(Revoke("S101", history.key(), county[0]), 1)
    limited = [body for body in history.setting.bodies if body["process"] in LIMITED]
    case = take(history, among(limited, pick, 14), "T101", pick)
    history.attempt(history.signing(case, "T101", "approve", 1), pick)


def _own_case(history: History) -> None:
    """An insured person who is a reviewer here finds his own case before him."""
    bodies = (body for body in history.setting.bodies if body["process"] in LIMITED)
    his = next(body for body in bodies if body["applicant"]["id_no"] == INSURED)
    case = take(history, his, "T101", 0)
    history.attempt(history.signing(case, "R192", "approve", 1), 0)
