"""Fills the demo office with a county's day of cases: each act by the real use cases, in the day's order.

People come, their cases are signed, returned, corrected, withdrawn; what isn't done by the evening waits for
tomorrow. In an office that was opened for it the day is a past one, otherwise everything happens now.
"""

import heapq
import random
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any, Never

from tqdm import tqdm

from api.composition import Opened
from api.demonstration.demo_bodies import Bodies, Body
from api.demonstration.demo_hands import Hands
from api.demonstration.demo_visits import TELLERS, Visit, planned
from database.clock import OFFICE_ZONE, Clock, moment_text
from database.refusals import Conflict, Refusal
from engine.handling import Handling
from engine.heard.paper_holders import ENDED
from engine.timing import workdays

SIGNERS: Mapping[str, Sequence[str]] = {
    "handler": ("B101",),
    "reviewer": ("R101", "R102"),
    "deputy_director": ("D101",),
    "director": ("Z101",),
    "city_approver": ("P001",),
    "city_head": ("H001",),
}
LOADED_AT, EVENING = timedelta(hours=8), timedelta(hours=18)
FILED_AT = (timedelta(hours=11, minutes=30), timedelta(hours=17, minutes=40))
# Minutes until somebody takes a task and until he has signed it: at the window, and over a limited case.
AT_WINDOW, LIMITED = ((1, 5), (2, 7)), ((10, 90), (5, 25))
BACK_IN, WITHDRAWN_IN, LATER_IN = (25, 90), (10, 40), (40, 150)
STOPPED_IN, STOPPED_FOR, PASSED_IN, JUDGED_IN = (10, 30), (60, 240), (5, 30), (1, 20)
# Every second service that is over is evaluated, by these grades in turn.
JUDGED_OF, GRADES = 2, (5, 4, 5, 2, 5, 3, 5, 1, 5, 4, 5, 5)
# Of a hundred tasks so many nobody gets to on this day.
LEFT = 4
TRIES = 400


class DayClock(Clock):
    """The machine's time, until it is set to a moment of the day that is played."""

    def __init__(self) -> None:
        self.moment: datetime | None = None

    def now(self) -> datetime:
        """The moment of the played day, else the present one."""
        return self.moment or super().now()


class NoneFits(Conflict):
    """The register of this demo office has nobody left whose business could be accepted."""

    rule = "demo.none_fits"


def last_day(now: datetime) -> date:
    """The latest working day that is over at the office."""
    here = now.astimezone(OFFICE_ZONE)
    day = here.date()
    if here.replace(tzinfo=None) - datetime.combine(day, time()) < EVENING:
        day -= timedelta(days=1)
    while workdays.loaded(day.year) and not workdays.is_working_day(day):
        day -= timedelta(days=1)
    return day


def at(day: date, since_midnight: timedelta) -> datetime:
    """A moment of a day at the office."""
    return (datetime.combine(day, time(), OFFICE_ZONE) + since_midnight).astimezone(UTC)


def fill(opened: Opened, clock: DayClock, count: int, seed: int) -> None:
    """Let a day of ``count`` cases pass; the same seed makes the same choices."""
    # Reproducible choices for a demo, nothing secret.
    choices = random.Random(seed)  # noqa: S311
    day = _Day(opened, clock, choices, count)
    with day.bar:
        day.run()
    clock.moment = None
    sys.stdout.write(f"{count} cases accepted\n")


class _Day:
    """What is still to happen, by moment; each act may add what follows from it."""

    def __init__(self, opened: Opened, clock: DayClock, choices: random.Random, count: int) -> None:
        self.clock, self.choices = clock, choices
        self.played = clock.moment is not None
        self.date = clock.now().astimezone(OFFICE_ZONE).date()
        self.hands, self.bodies = Hands(opened), Bodies(opened.office.catalogue, choices)
        self.bar: tqdm[Never] = tqdm(total=count, unit="case", file=sys.stderr, disable=None)
        self.coming: list[tuple[timedelta, int, Callable[[timedelta], None]]] = []
        self.number = self.stopped = self.ended = 0
        for visit in planned(choices, count):
            self.later(visit.at, partial(self.arrive, visit))
        for moment in FILED_AT:
            self.later(moment, lambda _: self._quietly(self.hands.file_away))

    def later(self, moment: timedelta, act: Callable[[timedelta], None]) -> None:
        self.number += 1
        heapq.heappush(self.coming, (moment, self.number, act))

    def run(self) -> None:
        while self.coming:
            moment, _, act = heapq.heappop(self.coming)
            if moment > EVENING:
                return
            if self.played:
                self.clock.moment = at(self.date, moment)
            act(moment)

    def arrive(self, visit: Visit, moment: timedelta) -> None:
        """Somebody comes: what can't be accepted of him today another takes the place of."""
        if visit.kind == "turned_away":
            self._quietly(
                partial(
                    self.hands.turn_away,
                    visit.teller,
                    "flexible_base_choose",
                    self.bodies.applicant(),
                )
            )
            return
        for _ in range(TRIES):
            example, said = self.bodies.choose(visit.kind)
            try:
                work = self.hands.accept(visit.teller, self._presented(visit, said))
            except Refusal:
                # A person who has retired meanwhile can't again: another example takes the place.
                continue
            self.bodies.took(example)
            self.bar.update()
            self._goes_on(visit, work, moment, said)
            return
        raise NoneFits

    def _presented(self, visit: Visit, said: Body) -> Body:
        """How it is brought to the window."""
        if visit.kind == "materials_later":
            return {**said, "materials": said["materials"][:-1]}
        if visit.kind == "late_entry":
            paper = f"补{self.date:%m%d}-{self.number}"
            late = {"reason": "前一日停电，纸质受理", "paper_no": paper}
            received = self.clock.now() - timedelta(days=1)
            return {**said, "received_at": moment_text(received), "late_entry": late}
        return said

    def _goes_on(self, visit: Visit, work: Handling, moment: timedelta, said: Body) -> None:
        case_no = work.case.case_no
        if visit.kind == "withdrawn":
            self.later(
                moment + self._minutes(WITHDRAWN_IN),
                lambda _: self._quietly(partial(self.hands.withdraw, visit.teller, case_no)),
            )
            return
        if visit.kind == "stopped":
            act = partial(self._stop, visit, case_no, said)
            self.later(moment + self._minutes(STOPPED_IN), act)
            return
        if visit.kind == "green":
            self._quietly(partial(self.hands.let_go_first, case_no))
        if visit.kind == "passed_on":
            others = [teller for teller in TELLERS if teller != visit.teller]
            act = partial(self.hands.pass_on, visit.teller, self.choices.choice(others), case_no)
            self.later(moment + self._minutes(PASSED_IN), lambda _: self._quietly(act))
        self._follow(visit, work, moment, said)

    def _stop(self, visit: Visit, case_no: str, said: Body, moment: timedelta) -> None:
        """An appraisal is waited for; every second one is not there before the evening."""
        self.stopped += 1
        basis = f"劳动能力鉴定委托书〔{self.date.year}〕{self.stopped}号"
        work = self._quietly(partial(self.hands.stop_clock, case_no, basis))
        if work is not None and self.stopped % 2:
            act = partial(self._go_on, visit, case_no, said)
            self.later(moment + self._minutes(STOPPED_FOR), act)

    def _go_on(self, visit: Visit, case_no: str, said: Body, moment: timedelta) -> None:
        work = self._quietly(partial(self.hands.let_clock_go_on, case_no))
        if work is not None:
            self._follow(visit, work, moment, said)

    def _over(self, work: Handling, moment: timedelta) -> None:
        """A service is over: some of its clients say what they thought of it."""
        self.ended += 1
        if self.ended % JUDGED_OF == 0 and work.case.status in ENDED:
            grade = GRADES[self.ended // JUDGED_OF % len(GRADES)]
            act = partial(self.hands.judge, work.case.case_no, grade)
            self.later(moment + self._minutes(JUDGED_IN), lambda _: self._quietly(act))

    def _follow(self, visit: Visit, work: Handling, moment: timedelta, said: Body) -> None:
        """Let whoever is next do his part, if somebody at the office is."""
        if work.case.finished_at is not None:
            self._over(work, moment)
            return
        if not work.tasks or (visit.kind == "plain" and self.choices.randrange(100) < LEFT):
            return
        task = work.tasks[0]
        if task.step == "correct":
            span = LATER_IN if visit.kind == "materials_later" else BACK_IN
            brought = [material["code"] for material in said["materials"]][-1:]
            act = partial(self._correct, visit, work.case.case_no, brought, said)
            self.later(moment + self._minutes(span), act)
            return
        waits, takes = AT_WINDOW if work.case.risk_level > 1 else LIMITED
        signer = self.choices.choice(SIGNERS[task.post])
        taken = moment + self._minutes(waits)
        decision = _decision(visit, work, task.step)
        claims = partial(self.hands.claim, signer, task.task_id)
        self.later(taken, lambda _: self._quietly(claims))
        if visit.kind == "handed_on" and len(SIGNERS[task.post]) > 1:
            # Whoever has read a line of it sees that a colleague should do this one.
            before = signer
            signer = next(other for other in SIGNERS[task.post] if other != before)
            hands_on = partial(self.hands.hand_on, before, signer, task.task_id)
            self.later(taken, lambda _: self._quietly(hands_on))
        act = partial(self._sign, visit, (signer, task.task_id, decision), said)
        self.later(taken + self._minutes(takes), act)

    def _sign(
        self, visit: Visit, asked: tuple[str, str, str], said: Body, moment: timedelta
    ) -> None:
        work = self._quietly(partial(self.hands.sign, *asked))
        if work is not None:
            self._follow(visit, work, moment, said)

    def _correct(
        self, visit: Visit, case_no: str, brought: list[str], said: Body, moment: timedelta
    ) -> None:
        work = self._quietly(partial(self.hands.correct, visit.teller, case_no, brought))
        if work is not None:
            self._follow(visit, work, moment, said)

    def _minutes(self, span: tuple[int, int]) -> timedelta:
        return timedelta(seconds=self.choices.randint(span[0] * 60, span[1] * 60))

    @staticmethod
    def _quietly(act: Callable[[], Any]) -> Any:
        """Do it; what is refused meanwhile stays as it is, and somebody looks at it tomorrow."""
        try:
            return act()
        except Refusal:
            return None


def _decision(visit: Visit, work: Handling, step: str) -> str:
    """What the signer of a step decides; a case is returned once, by the first who reads it."""
    first = work.case.cycle == 1 and step != "handle" and work.case.sign_off_count <= 1
    if visit.kind == "returned" and first:
        return "return"
    if visit.kind == "refused" and step == "review":
        return "refuse"
    if visit.kind == "escalated" and step == "conclude":
        return "escalate"
    return "approve"
