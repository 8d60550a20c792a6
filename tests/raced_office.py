"""An office whose tasks are raced for: makes cases that wait, draws who reaches, checks what came of it."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.composition import Opened
from api.demonstration import demo, demo_signers
from authz.offices.accounts import Account
from engine import cases, covered
from engine.applications import Application
from engine.journal import JournalEntry
from engine.record import FINAL_STATUSES, Case, CaseContent, Task
from engine.signoffs import SignOff
from oversight import verification
from register.ledger import RegisterPosting
from tests.office_edge import Edge
from tests.office_people import INSURED, POSTS_FOR, STAFF
from tests.office_setting import Setting
from tests.racing_node import AGAIN, DONE, SENT_BACK, Attempt, Outcome

TELLERS = ("T101", "T102")
# Of these a case can be made again and again for the same people; the first posts what it shows as
# before, so of several open ones for one person all but one are sent back by the register.
PROCESSES = ("payment_account_change", *["account_adjustment"] * 4)
# Without those who are insured here too: they may act on some of these cases only.
EVERYBODY = {no: staff for no, staff in sorted(STAFF.items()) if staff.person != INSURED}
MOST_AT_ONCE = 6
# The only ways to lose a race one may run in.
LOST = frozenset({"task.not_waiting", "task.claimed"})


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task before its race, and all that its case had by then."""

    case_no: str
    task_id: str
    step: str
    cycle: int
    seen: str
    sequence: int
    journal_seq: int
    rightful: tuple[str, ...]


@dataclass(slots=True)
class RacedOffice:
    """One office, seen from outside the nodes that race in it."""

    opened: Opened
    accounts: Mapping[str, int]
    choices: random.Random
    counts: Counter[str]
    waiting: list[Waiting] = field(default_factory=list)
    _bodies: list[dict[str, Any]] = field(init=False)
    _keys: int = 0

    def __post_init__(self) -> None:
        listed = demo.examples(self.opened.office.catalogue)
        self._bodies = [
            Setting._body(self.opened.office, body)
            for process in PROCESSES
            for body in listed[process]
            if body["form"].get("direction") != "decrease"
        ]

    def take(self, count: int) -> list[Waiting]:
        """So many tasks that nobody reached for yet, each of another case."""
        while len(self.waiting) < count:
            body = self.choices.choice(self._bodies)
            with self.opened.sessions.command() as session:
                teller = demo_signers.actor(session, self.accounts[self.choices.choice(TELLERS)])
                work = cases.accept(session, self.opened.office, teller, Application(**body))
            with self.opened.sessions.reading() as session:
                self._waits(session, work.case.case_no)
        self.choices.shuffle(self.waiting)
        taken, self.waiting = self.waiting[:count], self.waiting[count:]
        return taken

    def attempts(self, task: Waiting) -> list[Attempt]:
        """Two to six attempts at a task: one by somebody who may, another's, then anybody's."""
        what = self.choices.choice(("sign", "sign", "claim", "both"))
        first = self.choices.choice(task.rightful)
        others = [one for one in task.rightful if one != first]
        second = self.choices.choice(others or [one for one in EVERYBODY if one != first])
        drawn = [self._attempt(task, who, what) for who in (first, second)]
        for _ in range(self.choices.randint(0, MOST_AT_ONCE - 2)):
            those = task.rightful if self.choices.random() < 0.7 else tuple(EVERYBODY)
            # Now and then the very same request comes twice.
            again = self.choices.random() < 0.15
            drawn.append(
                drawn[-1] if again else self._attempt(task, self.choices.choice(those), what)
            )
        return drawn

    def check(self, task: Waiting, outcomes: Sequence[Outcome]) -> None:
        """One person won, once; whoever else might have is told why not; the record holds all of it."""
        self.counts.update(outcome.said for outcome in outcomes)
        winners = {outcome.attempt.staff_no for outcome in outcomes if outcome.won}
        assert len(winners) == 1, (task, outcomes)
        (winner,) = winners
        assert winner in task.rightful
        for outcome in outcomes:
            if not outcome.won and outcome.attempt.staff_no in task.rightful:
                assert outcome.said in LOST, outcome
        first = [outcome for outcome in outcomes if outcome.said in (DONE, SENT_BACK)]
        effects = {outcome.attempt.key for outcome in first}
        assert len(first) == len(effects) > 0
        assert {one.attempt.key for one in outcomes if one.said == AGAIN} <= effects
        with self.opened.sessions.reading() as session:
            self._check_rows(session, task, outcomes, winner)
            assert verification.verify_case(session, self.opened.office, task.case_no) == []
        if all(outcome.attempt.decision is None for outcome in outcomes if outcome.won):
            self._sign_as_holder(task, winner)
        with self.opened.sessions.reading() as session:
            self._waits(session, task.case_no)

    def _sign_as_holder(self, task: Waiting, staff_no: str) -> None:
        edge = Edge([self.opened], self.accounts)
        told = edge.send(self._attempt(task, staff_no, "sign").sent(edge))
        assert told.refusal is None, (task, told.refusal)

    def _check_rows(
        self, session: Session, task: Waiting, outcomes: Sequence[Outcome], winner: str
    ) -> None:
        said = Counter(
            "claimed" if outcome.attempt.decision is None and outcome.said == DONE else outcome.said
            for outcome in outcomes
        )
        signed, back, claimed = said[DONE], said[SENT_BACK], min(said["claimed"], 1)
        assert signed + back <= 1, outcomes
        entries = session.execute(
            select(JournalEntry.action).where(
                JournalEntry.stream == task.case_no, JournalEntry.seq > task.journal_seq
            )
        ).scalars()
        noted = Counter(entries)
        assert noted["claimed"] == claimed
        assert (noted[task.step], noted["register_changed"]) == (signed, back)
        lost_here = [one for one in outcomes if not one.won and one.said != "task.not_found"]
        assert noted["denied"] == len(lost_here)
        rows = session.execute(
            select(SignOff.signer).where(
                SignOff.case_no == task.case_no,
                SignOff.cycle == task.cycle,
                SignOff.step == task.step,
            )
        ).scalars()
        assert list(rows) == [winner] * signed
        case = session.execute(select(Case).where(Case.case_no == task.case_no)).scalar_one()
        assert case.sequence == task.sequence + signed + back
        row = session.get_one(Task, task.task_id)
        assert row.claimed_by == (self.accounts[winner] if claimed else None)
        assert row.closed_by == (self.accounts[winner] if signed or back else None)
        posted = session.execute(
            select(func.count())
            .select_from(RegisterPosting)
            .where(RegisterPosting.case_no == task.case_no)
        ).scalar_one()
        assert posted == (1 if case.status == "completed" else 0)
        self.counts[f"cases {case.status}"] += case.status in FINAL_STATUSES

    def _attempt(self, task: Waiting, staff_no: str, what: str) -> Attempt:
        self._keys += 1
        signs = what == "sign" or (what == "both" and self.choices.random() < 0.5)
        decision = self.choices.choices(["approve", "return", "refuse"], [10, 1, 1])[0]
        return Attempt(
            task.case_no,
            task.task_id,
            task.step,
            task.seen,
            staff_no,
            f"race-{self._keys}",
            decision if signs else None,
        )

    def _waits(self, session: Session, case_no: str) -> None:
        """Note a case's open task, if somebody here may sign it and nobody holds it."""
        found = session.execute(
            select(Case, CaseContent, Task)
            .join(
                CaseContent,
                (CaseContent.case_id == Case.case_id) & (CaseContent.cycle == Case.cycle),
            )
            .join(Task, (Task.case_id == Case.case_id) & Task.closed_at.is_(None))
            .where(Case.case_no == case_no, Task.step != "correct", Task.claimed_by.is_(None))
        ).one_or_none()
        if found is None:
            return
        case, content, task = found
        signers = session.execute(
            select(SignOff.signer).where(SignOff.case_no == case_no, SignOff.cycle == case.cycle)
        ).scalars()
        accepted = session.execute(
            select(Account.staff_no).where(Account.account_id == case.accepted_by)
        ).scalar_one()
        acted = {STAFF[staff_no].person for staff_no in (*signers, accepted)}
        rightful = tuple(
            staff_no
            for staff_no, staff in EVERYBODY.items()
            if staff.post in POSTS_FOR[task.step]
            and staff.agency == task.agency_code
            and staff.person not in acted
        )
        if rightful:
            self.waiting.append(
                Waiting(
                    case_no,
                    task.task_id,
                    task.step,
                    case.cycle,
                    covered.seen_digest(case, content),
                    case.sequence,
                    case.journal_seq,
                    rightful,
                )
            )
