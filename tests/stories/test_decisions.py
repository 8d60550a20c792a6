"""Post, level, route, step and decision, at the window: who may decide what, and where it leads."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.people import Hall

pytestmark = pytest.mark.slow
DECISIONS = ("approve", "return", "refuse", "escalate")
# One person of every post that the demo office has, the makers' and the deciders' of both kinds of office.
EVERYBODY = (
    "T102", "B101", "R101", "D101", "Z101", "T001", "R001", "P001", "H001", "G101", "S101", "A101", "C001",
    "admin",
)  # fmt: skip
BY_POST = {
    "handler": "B101",
    "reviewer": "R101",
    "deputy_director": "D101",
    "director": "Z101",
    "city_approver": "P001",
    "city_head": "H001",
}
RESOLUTION = {
    "minutes_no": "示范市处会纪〔2026〕9号",
    "date": "2026-11-02",
    "attendees": ["华振国", "严峻", "施雯"],
    "decision": "同意",
}


@dataclass(frozen=True)
class Chain:
    """Who signs, in this order, after the acceptance: step and post."""

    process: str
    level: int
    route: str | None
    steps: tuple[tuple[str, str], ...]
    accepter: str = "T101"
    # Where the case is of a city section, its reviewer.
    reviewer: str = "R101"

    def signer(self, step: int) -> str:
        """The staff number of whose turn it is."""
        post = self.steps[step][1]
        return self.reviewer if post == "reviewer" else BY_POST[post]


REVIEW = ("review", "reviewer")
LEADERS = (REVIEW, ("endorse", "deputy_director"), ("conclude", "director"))
APPROVER, HEAD = ("city_approve", "city_approver"), ("city_conclude", "city_head")
CHAINS = {
    "level 2": Chain("payment_account_change", 2, None, (REVIEW,)),
    "county": Chain("retirement_approval", 1, "county", LEADERS),
    "handler": Chain("retirement_approval", 1, "county", (("handle", "handler"), *LEADERS)),
    "city_approval": Chain("account_adjustment", 1, "city_approval", (*LEADERS, APPROVER)),
    "city_meeting": Chain("benefit_adjustment", 1, "city_meeting", (*LEADERS, HEAD)),
    "city": Chain(
        "retirement_approval", 1, "city", (REVIEW, APPROVER, HEAD), accepter="T001", reviewer="R001"
    ),
}


@dataclass
class Walk:
    """One case of a chain, led from signature to signature."""

    hall: Hall
    chain: Chain
    body: dict[str, Any]
    number: str

    def said(self, step: int) -> dict[str, Any]:
        """What a signer adds: at the meeting's route, the head's resolution."""
        needed = self.chain.route == "city_meeting" and self.chain.steps[step] == HEAD
        return {"resolution": RESOLUTION} if needed else {}

    def decide(self, step: int, decision: str, status: int = 200) -> Any:
        """The decision of whose turn it is."""
        person = getattr(self.hall, self.chain.signer(step))
        reasons = [] if decision in ("approve", "escalate") else ["other"]
        return person.sign(self.number, decision, status=status, reasons=reasons, **self.said(step))

    def approve(self, until: int) -> Any:
        """Approve the first steps; the case."""
        case = getattr(self.hall, self.chain.accepter).case(self.number)
        first = self.chain.steps.index(self.waits(case))
        # A correction by the back office is its new sign-off.
        assert first <= (self.chain.steps[0][0] == "handle")
        for step in range(first, until):
            assert self.waits(case) == self.chain.steps[step]
            case = self.decide(step, "approve")
        return case

    def correct(self, case: Any) -> Any:
        """The correction, the same again, by whom the case waits for."""
        (step, post) = self.waits(case)
        assert step == "correct"
        person = getattr(self.hall, self.chain.accepter if post == "teller" else "B101")
        said = {"form": self.body["form"], "materials": self.body["materials"]}
        return person.post(f"/api/cases/{self.number}/correction", said)

    def waits(self, case: Any) -> tuple[str, str]:
        """The one step and post that is waiting."""
        (waiting,) = case["waiting"]
        return waiting["step"], waiting["post"]

    def sign_offs(self) -> list[tuple[str, str, bool]]:
        """Step and decision of every sign-off, and whether it is void."""
        rows = self.hall.A001.history(self.number)["sign_offs"]
        return [(row["step"], row["decision"], row["void"]) for row in rows]


@pytest.fixture(params=list(CHAINS.values()), ids=list(CHAINS))
def chain(request: pytest.FixtureRequest, hall: Hall) -> Chain:
    found: Chain = request.param
    if found is CHAINS["handler"]:
        for grant in hall.S101.get("/api/grants")["items"]:
            if grant["agency"] == "990101":
                hall.S101.post(
                    f"/api/grants/{grant['grant_id']}/revocation", {"reason": "季度调整"}
                )
    return found


def accepted(hall: Hall, chain: Chain) -> Walk:
    body = hall.example(
        chain.process, chain.level, "county" if chain.route == "city" else chain.route
    )
    case = getattr(hall, chain.accepter).accept(body)
    assert (case["risk_level"], case["route"]) == (chain.level, chain.route)
    return Walk(hall, chain, body, case["case_no"])


def test_nobody_else_may_decide_anything(hall: Hall, chain: Chain) -> None:
    walk = accepted(hall, chain)
    for step, (name, _) in enumerate(chain.steps):
        shown = getattr(hall, chain.accepter).case(walk.number)
        before = walk.sign_offs()
        path = f"/api/tasks/{shown['waiting'][0]['task_id']}/sign"
        for staff_no in {*EVERYBODY, chain.accepter} - {chain.signer(step)}:
            person = getattr(hall, staff_no)
            for decision in DECISIONS:
                said = {"decision": decision, "opinion": "意见", "seen": shown["seen"]}
                answer = person.client.post(
                    path,
                    json=said,
                    headers={**person.headers, "Idempotency-Key": f"{path}{staff_no}{decision}"},
                )
                assert answer.status_code in (403, 404), (name, staff_no, decision, answer.text)
                assert answer.json()["rule"] != "signing.password", (name, staff_no, decision)
        assert walk.sign_offs() == before
        assert getattr(hall, chain.accepter).case(walk.number)["seen"] == shown["seen"]
        walk.decide(step, "approve")
    assert getattr(hall, chain.accepter).case(walk.number)["status"] == "completed"


def test_each_decision_of_whose_turn_it_is(hall: Hall, chain: Chain) -> None:
    """At every step: a return begins the chain again, escalating is the director's, a refusal ends."""
    walk = accepted(hall, chain)
    for step, (name, _) in enumerate(chain.steps):
        walk.approve(step)
        if (name, chain.route) != ("conclude", "county"):
            before = walk.sign_offs()
            assert walk.decide(step, "escalate", 403)["status"] == 403
            assert walk.sign_offs() == before

        returned = walk.decide(step, "return")

        assert returned["status"] == "returned"
        gone = walk.sign_offs()
        assert gone[-1][:2] == (name, "return")
        again = walk.correct(returned)
        assert all(void for _, _, void in walk.sign_offs()[: len(gone)])
        assert again["status"] == "in_progress"
        assert (again["risk_level"], again["route"]) == (chain.level, chain.route)
    assert walk.approve(len(chain.steps))["status"] == "completed"
    assert hall.A001.findings(walk.number) == []


def test_a_refusal_ends_the_case_at_every_step(hall: Hall, chain: Chain) -> None:
    for step, (name, _) in enumerate(chain.steps):
        walk = accepted(hall, chain)
        walk.approve(step)

        refused = walk.decide(step, "refuse")

        assert (refused["status"], refused["waiting"]) == ("refused", [])
        assert walk.sign_offs()[-1][:2] == (name, "refuse")
        assert hall.A001.findings(walk.number) == []


def test_the_director_alone_escalates_and_only_the_countys_own(hall: Hall) -> None:
    walk = accepted(hall, CHAINS["county"])
    walk.approve(2)

    escalated = walk.decide(2, "escalate")

    assert (escalated["route"], walk.waits(escalated)) == ("city_approval", APPROVER)
    hall.Z101.sign(walk.number, "escalate", status=403)
    assert hall.P001.sign(walk.number)["status"] == "completed"
