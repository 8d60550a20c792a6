"""Random people act at random in an office; what must always hold is checked after every act.

| invariant | held by |
|---|---|
| I1 durability | ``office_rows._check_stream``: an acknowledged entry stays, whichever node looks |
| I2 atomicity | ``office_rows.check_done``, ``check_refusal``: all of a command, or one denied entry |
| I3 at most once | ``again``: the same answer byte for byte, no row more; another body is refused |
| I5 single winner | ``Picture.may_take`` foretells ``sign``, ``arrives``, ``hold``: late ones are refused |
| I6 authority | ``Picture.has_right`` foretells every answer; ``office_rows.check_authority`` |
| I7 distinct persons | ``Picture.free``; ``office_rows._check_sign_offs``, by human being |
| I8 order, completeness | ``office_model.signed`` walks the chain; ``office_rows._check_standing`` |
| I9 content binding | ``Known.seen``; ``_check_sign_offs`` compares digests, ``verify_case`` recomputes |
| I10, I11, I12 posting | ``office_rows._check_posted``; ``verify_office`` |
| I14 chain per case | ``office_rows._check_stream``; ``verify_case`` recomputes every digest |
| I21 pinned definition | two nodes run two releases; ``office_rows._check_standing`` |
| I22 terminality | in the picture a final case waits for nothing; ``_check_posted`` |
| I24 revocation | ``enter``, ``change``: the picture counts a right out at once |

The numbers are the reliability list's. Beside these checks ``verify_case`` recomputes each case that was
acted on, and ``verify_office`` whole offices at the end of histories.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from authz.offices import accounts
from engine import office_record
from tests import office_days
from tests.campaign import Campaign
from tests.office_acts import Hold, Sign, Withdraw
from tests.office_grants import Enter, Revoke
from tests.office_history import History, among
from tests.office_model import FINAL, Known
from tests.office_people import COUNTY, STAFF
from tests.office_setting import Setting

STEPS = 22
# What a campaign of any size must have met: else it tries less than it says.
EXPECTED = (
    "changed revoked",
    "changed tomorrow",
    "claimed",
    "corrected",
    "granted",
    "refused case.finished",
    "refused duties.already_signed",
    "refused duties.own_case",
    "refused idempotency.key_reused",
    "refused post.missing",
    "refused task.not_waiting",
    "signed return",
)
DECISIONS = ("approve", "approve", "approve", "return", "refuse", "escalate")
PICK = st.integers(0, 5039)
STAFF_NOS = st.sampled_from(sorted(STAFF))
TELLERS = st.sampled_from(("T101", "T102", "T101", "T102", "T201", "T001", "T192", "R191", "A101"))
NODE = st.integers(0, 1)
CHANGES = st.sampled_from(("revoked", "revoked", "tomorrow", "tomorrow", "T102", "R102", "D191"))
FEW = st.sampled_from((False, False, True))


class RandomOffice(RuleBasedStateMachine):
    """One office and its people; each rule is an attempt or a few, refused or not."""

    setting: Setting
    campaign: Campaign

    def __init__(self) -> None:
        super().__init__()
        self.history = History(self.setting, self.campaign.counts)
        self.picture = self.history.picture
        self.attempt = self.history.attempt
        self.underway: list[Sign] = []

    @initialize(picks=st.lists(PICK, min_size=2, max_size=4), revoked=st.booleans())
    def begin(self, picks: list[int], revoked: bool) -> None:
        office_days.begin(self.history, picks[0], revoked=revoked)
        for pick in picks[1:]:
            self.accept(pick, ("T101", "T102", "T001")[pick % 3], bare=False, node=pick)

    @rule(pick=PICK, staff=TELLERS, bare=FEW, node=NODE)
    def accept(self, pick: int, staff: str, bare: bool, node: int) -> None:
        body = among(self.setting.bodies, pick, 6)
        if bare:
            body = {**body, "materials": body["materials"][:1]}
        office_days.take(self.history, body, staff, node)

    @rule(pick=PICK, steps=st.integers(1, 6), node=NODE)
    def proceed(self, pick: int, steps: int, node: int) -> None:
        """Those whose turn it is bring a case some steps on."""
        office_days.proceed(self.history, self.history.case(pick), pick, steps, node)

    @rule(pick=PICK, staff=STAFF_NOS, wild=FEW, decision=st.sampled_from(DECISIONS), bare=FEW)
    def sign(self, pick: int, staff: str, wild: bool, decision: str, bare: bool) -> None:
        """Somebody signs something: mostly one whose turn it is, any decision, perhaps unproved or unseen."""
        case = self.history.case(pick)
        act = self.history.signing(case, self.who(case, pick, staff, wild=wild), decision, pick)
        seen = act.seen if pick % 7 else "0" * 64
        self.attempt(replace(act, proved=not bare, seen=seen), pick)

    @rule(pick=PICK, staff=STAFF_NOS, wild=FEW)
    def sends(self, pick: int, staff: str, wild: bool) -> None:
        """Somebody signs what he sees now, but the request takes its time: see ``arrives``."""
        case = self.history.case(pick)
        who = self.who(case, pick, staff, wild=wild)
        self.underway.append(self.history.signing(case, who, "approve", 1))

    @precondition(lambda self: self.underway)
    @rule(pick=PICK, node=NODE)
    def arrives(self, pick: int, node: int) -> None:
        self.attempt(self.underway.pop(pick % len(self.underway)), node)

    @rule(pick=PICK, other=FEW, node=NODE)
    def again(self, pick: int, other: bool, node: int) -> None:
        """A request comes once more with its key; or its key comes with another request."""
        if other:
            self.history.reuse(pick)
        else:
            recent = self.history.acts[-8:]
            self.attempt(among(recent, pick, 10), node)

    @rule(pick=PICK, staff=STAFF_NOS, wild=FEW, claims=st.booleans())
    def hold(self, pick: int, staff: str, wild: bool, claims: bool) -> None:
        case = self.history.case(pick)
        who = self.who(case, pick, staff, wild=wild)
        task_id, step = self.history.task(case, pick)
        self.attempt(Hold(who, self.history.key(), case.case_no, task_id, step, claims), pick)

    @rule(pick=PICK, staff=STAFF_NOS, wild=FEW, half=FEW)
    def correct(self, pick: int, staff: str, wild: bool, half: bool) -> None:
        waiting = [case for case in self.picture.cases.values() if case.waiting == "correct"]
        case = among(waiting, pick, 7) if waiting else self.history.case(pick)
        who = self.who(case, pick, staff, wild=wild)
        self.attempt(self.history.correction(case, who, half=half), pick)

    @rule(pick=PICK, staff=st.sampled_from(("T101", "B101", "T192", "R101")), really=FEW)
    def withdraw(self, pick: int, staff: str, really: bool) -> None:
        finished = [case for case in self.picture.cases.values() if case.status in FINAL]
        whole = really or not finished
        case = self.history.case(pick) if whole else among(finished, pick, 8)
        self.attempt(Withdraw(staff, self.history.key(), case.case_no), pick)

    @rule(
        staff=st.sampled_from(("S101", "S101", "S000", "T101", "Z101")),
        agency=st.sampled_from((COUNTY, COUNTY, "990100")),
        holder=st.sampled_from(("", "T101", "T102")),
        limit=st.sampled_from((None, None, 10_000, 1_000_000)),
        days=st.sampled_from((None, 0, 1)),
    )
    def enter(
        self, staff: str, agency: str, holder: str, limit: int | None, days: int | None
    ) -> None:
        """A grant is entered: for the post or for one teller, perhaps limited, perhaps for today only."""
        if holder in self.picture.left:
            return
        today = self.picture.today
        entry: dict[str, Any] = {"agency": agency, "valid_from": today, "basis": "文件"}
        if holder:
            entry |= {"staff_no": holder, "process": "account_adjustment", "agency": COUNTY}
            entry["reason"] = "工作需要"
        else:
            entry |= {"post": "teller", "handling": "limited"}
        if limit is not None:
            entry["amount_limit_cents"] = limit
        if days is not None:
            entry["valid_to"] = today + timedelta(days)
        self.attempt(Enter(staff, self.history.key(), entry), 0)

    @rule(pick=PICK, staff=st.sampled_from(("S101", "S101", "S000", "T101")), what=CHANGES)
    def change(self, pick: int, staff: str, what: str) -> None:
        """A right ends: by revocation, because its day is over, or with the account that held it."""
        if what == "tomorrow":
            self.history.place.clock.moment += timedelta(days=1)
            self.picture.today += timedelta(days=1)
        elif what == "revoked":
            numbers = sorted(self.picture.grants)
            self.attempt(Revoke(staff, self.history.key(), among(numbers, pick, 9)), 0)
        else:
            with self.history.edge.sessions.command() as session:
                accounts.close(session, self.history.edge.accounts[what])
                left = self.history.edge.accounts[what]
                office_record.note_account(session, left, "account_closed")
            self.picture.left.add(what)
        self.campaign.counts[f"changed {what}"] += 1

    def who(self, case: Known, pick: int, staff: str, *, wild: bool) -> str:
        """Somebody for an act: whose turn it is, or somebody who only tries."""
        history = self.history
        return history.tempted(case, pick, staff) if wild else history.rightful(case, pick)

    def teardown(self) -> None:
        self.history.end()


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Setting:
    return Setting(tmp_path_factory.mktemp("office"))


@pytest.mark.campaign(test=100, long=33_334)
@pytest.mark.parametrize("part", [1, 2, 3])
def test_the_office_holds(setting: Setting, campaign: Campaign, part: int) -> None:
    """Three parts, each with histories of its own, so that they can run side by side."""

    class Machine(RandomOffice):
        pass

    Machine.setting, Machine.campaign = setting, campaign
    # The campaign's choices come from the run's seed and this part's name.
    seeded = hypothesis.seed(campaign.choices.randrange(2**32) + part)(Machine)
    run_state_machine_as_test(
        seeded,
        settings=settings(
            max_examples=campaign.budget,
            stateful_step_count=STEPS,
            suppress_health_check=list(HealthCheck),
        ),
    )

    counts, histories = campaign.counts, campaign.counts["histories"]
    assert histories >= campaign.budget
    # Each history carries a case to its end, so these hold whatever is drawn.
    assert counts["completed"] >= histories
    assert counts["accepted"] >= histories
    # Over as many histories these are far from the edge: measured, each is three times as much or more.
    refused = [count for told, count in counts.items() if told.startswith("refused ")]
    assert sum(refused) > histories
    assert counts["answered again"] > histories / 3
    assert {expected for expected in EXPECTED if not counts[expected]} == set()
