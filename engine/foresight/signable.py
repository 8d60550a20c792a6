"""Can this still be signed? (还能签齐吗): whether distinct people are there for every step that is left.

Exact (``engine.foresight.assignment``): today's and the coming days' posts, grants, stand-ins and
absences, what was signed, who accepted, whose own business it is. To whom a review is offered wider counts
from that moment on (``authz.widening``), and so on any later day. It warns and never refuses; no claim is
asked about, since who holds a task may give it back. Source: 宁社保发[2014]24号 附件 三(二) (AB角制度: the
work goes on when somebody is absent).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from authz import duties, roster_reading, widening
from authz.acts import Act
from authz.epoch import Memory
from authz.offices import agencies
from authz.roster import Roster
from database import clock
from engine.defining.diagram_paths import CORRECT
from engine.defining.ways import HumanStep, Way
from engine.foresight import assignment
from engine.foresight.open_cases import Correcting, OpenCase
from engine.progress import CITY_POSTS
from engine.rules import risk
from engine.timing import workdays

MAKER = "handle"
# How far ahead an overdue case is looked at; any other until its due day.
OVERDUE_DAYS = 14
_DAY = timedelta(days=1)
# Every look at a case asks who is there: an office's people are read once until authority changes.
_rosters: Memory[Roster] = Memory(16)


@dataclass(frozen=True, slots=True)
class Stuck:
    """From which day on a case can't be signed by distinct people, and for which steps they lack."""

    since: date
    steps: tuple[HumanStep, ...]


@dataclass
class Outlook:
    """A roster with the day it is looked at, and what was found: alike cases are worked out once."""

    roster: Roster
    today: date
    _found: dict[Any, Stuck | None] = field(default_factory=dict, repr=False)
    _days: dict[Any, list[date]] = field(default_factory=dict, repr=False)

    def stuck(self, case: OpenCase, *, wider: bool = True) -> Stuck | None:
        """The first day on which a case can't be finished any more if nothing is signed before; None: never.

        Of several ways that the outside decides between, the one that is stuck first. Without ``wider`` as if
        no review were ever offered wider.
        """
        found = [self._stuck(case, way, wider=wider) for way in case.ways]
        return min((one for one in found if one), key=lambda one: one.since, default=None)

    def _stuck(self, case: OpenCase, way: Way, *, wider: bool) -> Stuck | None:
        left = remaining(case, way)
        days = self.days(case)
        asked = (
            case.agency,
            case.process,
            case.category,
            case.level,
            case.route,
            case.amount_cents if any(step == MAKER for step, _ in left) else 0,
            left,
            frozenset(case.signed),
            case.own,
            case.correcting,
            len(days),
            case.is_wider,
            wider,
        )
        if asked not in self._found:
            able = [self.able(case, one, days, wider=wider) for one in left]
            self._found[asked] = self._worked_out(able, left, days)
        return self._found[asked]

    @staticmethod
    def _worked_out(
        able: list[list[frozenset[int]]], left: Way, days: Sequence[date]
    ) -> Stuck | None:
        since = assignment.stuck_from(able, len(days)) if left else None
        if since is None:
            return None
        short = assignment.lacking(able, since, len(days))
        return Stuck(days[since], tuple(left[place] for place in short))

    def able(
        self, case: OpenCase, wanted: HumanStep, days: Sequence[date], *, wider: bool = True
    ) -> list[frozenset[int]]:
        """Who is able to sign a step of a case on each of these days."""
        act = self.act(case, wanted)
        further = self.wider_act(case, wanted) if wider else None
        out = case.own | {
            person
            for _, person in case.signed
            if not duties.free_to_sign(case.signed, wanted.step, person)
        }
        able = [self.roster.able(act, day) - out for day in days]
        if further is not None:
            offered = [
                self.roster.able(further, day) - out
                if case.is_wider or day > self.today
                else frozenset[int]()
                for day in days
            ]
            able = [ours | theirs for ours, theirs in zip(able, offered, strict=True)]
        if case.correcting is None or wanted.step != MAKER:
            return able
        correcting = [self._correctors(case, case.correcting, day) - case.own for day in days]
        return _with_correction(able, correcting)

    def act(self, case: OpenCase, wanted: HumanStep) -> Act:
        """What signing a step of a case takes, as ``signing.task_act`` says it of a waiting task."""
        agency = self.roster.tree.agencies[case.agency]
        above = (
            agency.parent_code if wanted.post in CITY_POSTS and agency.kind == "county" else None
        )
        return Act(
            wanted.step,
            agency=above or case.agency,
            process=case.process,
            handling=risk.timing(case.level),
            category=case.category,
            level=case.level,
            route=case.route,
            amount_cents=case.amount_cents if wanted.step == MAKER else 0,
            lane=wanted.post,
        )

    def wider_act(self, case: OpenCase, wanted: HumanStep) -> Act | None:
        """What signing a step takes of those to whom it is offered wider; None of one that never is."""
        if (case.level, *wanted) != (widening.LEVEL, widening.WIDENS, widening.POST):
            return None
        return replace(self.act(case, wanted), step=widening.STEP)

    def _correctors(self, case: OpenCase, waits: Correcting, day: date) -> frozenset[int]:
        """Who may correct: whoever handled it, or does it for him; if he is away or left, his colleagues."""
        may = self.roster.able(self.act(case, HumanStep(CORRECT, waits.post)), day)
        whose = self.roster.members.get(waits.account_id or 0)
        if waits.account_id is None:
            return may
        gone = whose is not None and self.roster.on_leave(whose.person_id, day)
        if whose is None or gone or not whose.does(waits.post, day):
            return may & self.roster.holders(waits.post, case.agency, day)
        instead = self.roster.doing_for(whose.staff_no, day)
        return may & (instead | {whose.person_id})

    def days(self, case: OpenCase) -> Sequence[date]:
        """One working day of each stretch within which nothing changes, from today to the due day."""
        last = max(case.due_on, self.today)
        if case.due_on < self.today:
            last = self.today + timedelta(days=OVERDUE_DAYS)
        asked = (case.agency, last)
        if asked not in self._days:
            places = self.roster.tree.lineage(case.agency)[:2]
            begins = [self.today, *self.roster.changes(places, self.today, last)]
            ends = [*(day - _DAY for day in begins[1:]), last]
            found = [self._worked(*stretch) for stretch in zip(begins, ends, strict=True)]
            # Whoever looks sits in the office, whatever day it is.
            self._days[asked] = [self.today, *(day for day in found[1:] if day is not None)]
        return self._days[asked]

    @staticmethod
    def _worked(since: date, until: date) -> date | None:
        """The first working day; None where there is none, or its calendar isn't loaded."""
        day = since
        while day <= until and workdays.loaded(day.year):
            if workdays.is_working_day(day):
                return day
            day += _DAY
        return None


def remaining(case: OpenCase, way: Way) -> Way:
    """The steps of a way that nobody signed yet."""
    signed = {duties.step_signed(step) for step, _ in case.signed if step != "accept"}
    return tuple(one for one in way if one.step not in signed)


def _with_correction(
    able: list[frozenset[int]], correcting: list[frozenset[int]]
) -> list[frozenset[int]]:
    """Who handles a case that is to be corrected first.

    A corrector with the right handles it in the same request; one without it leaves it to the others.
    """
    found, left_to_others = [], False
    for may, correctors in zip(able, correcting, strict=True):
        left_to_others = left_to_others or bool(correctors - may)
        found.append(may if left_to_others else may & correctors)
    return found


def look(session: Session, places: Collection[str]) -> Outlook:
    """The outlook of some agencies' cases: the roster of these and of the offices above them."""
    today = clock.today(session)
    tree = agencies.tree(session)
    near = tuple(sorted({code for place in places for code in tree.lineage(place)[:2]}))

    def read() -> Roster:
        return roster_reading.read(session, near, today)

    return Outlook(_rosters.recall(session, (near, today), read) or read(), today)
