"""Whether a case can be signed, plain and slow: every person, day and choice, by production's decisions."""

from dataclasses import replace
from datetime import date
from itertools import combinations_with_replacement, product
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz import standing
from authz.absence.stand_in_record import StandIn
from authz.acts import Act
from authz.offices.accounts import Account
from engine.defining.ways import HumanStep
from engine.foresight.open_cases import OpenCase
from engine.timing import workdays
from tests.unit.authz_office import CITY, COUNTY, TODAY
from tests.unit.staffed_office import LAST, day_of


class Plain:
    """The reference: every person and every working day, by the decisions of production."""

    def __init__(self, session: Session, case: OpenCase) -> None:
        self.session = session
        self.case = case
        later = [day_of(number) for number in range(1, LAST + 1)]
        self.days = [TODAY, *(day for day in later if workdays.is_working_day(day))]
        self.standings = {
            day: [
                found
                for account_id in session.execute(select(Account.account_id)).scalars().all()
                if (found := standing._load(session, account_id, day)) is not None
            ]
            for day in self.days
        }
        self.away = {
            day: set(
                session.execute(
                    select(Account.person_id)
                    .join(StandIn, StandIn.absent_id == Account.account_id)
                    .where(
                        StandIn.valid_from <= day,
                        StandIn.valid_to >= day,
                        StandIn.on_absence.is_(None),
                    )
                ).scalars()
            )
            for day in self.days
        }

    def may(self, one: HumanStep, day: date) -> set[int]:
        """The persons who would be allowed to sign this step on a day, and aren't away."""
        city = one.post in ("city_approver", "city_head")
        asked = self._asked(one, day, city=city)
        return {
            found.person_id
            for found in self.standings[day]
            if any(self._allowed(found, act, day) for act in asked)
            and found.person_id not in self.away[day]
        }

    def _allowed(self, found: Any, act: Act, day: date) -> bool:
        """Whether somebody's own rows allow an act."""
        own = replace(act, own_case=found.person_id in self.case.own)
        return found.enforcement.allowing(own, found.person_id, day) is not None

    def _asked(self, one: HumanStep, day: date, *, city: bool) -> list[Act]:
        """The act of a step, and what it is offered as more widely: now, and on any later day."""
        act = Act(
            one.step,
            agency=CITY if city else COUNTY,
            process=self.case.process,
            handling="limited" if self.case.level == 1 else "instant",
            category=self.case.category,
            level=self.case.level,
            route=self.case.route,
            amount_cents=self.case.amount_cents if one.step == "handle" else 0,
            signed=self.case.signed,
            lane=one.post,
        )
        wider = one == ("review", "reviewer") and self.case.level == 2
        if wider and (self.case.is_wider or day > TODAY):
            return [act, replace(act, step="review_widened")]
        return [act]

    def correctors(self, day: date) -> set[int]:
        """Who may correct, by ``correction.permitted``."""
        waits = self.case.correcting
        assert waits is not None
        allowed = self.may(HumanStep("correct", waits.post), day)
        his = [found for found in self.standings[day] if found.account_id == waits.account_id]
        if (
            his
            and his[0].away is None
            and any(h.post == waits.post and not h.on_behalf_of for h in his[0].holdings)
        ):
            staff_no = self.session.get_one(Account, waits.account_id).staff_no
            return {
                found.person_id
                for found in self.standings[day]
                if found.person_id in allowed
                and (
                    found.account_id == waits.account_id
                    or any(h.on_behalf_of == staff_no for h in found.holdings)
                )
            }
        return {
            found.person_id
            for found in self.standings[day]
            if found.person_id in allowed and any(h.post == waits.post for h in found.holdings)
        }

    def stuck(self) -> date | None:
        """The first day from which no choice of days and distinct people signs all that is left."""
        left = [one for one in self.case.ways[0] if one.step not in dict(self.case.signed)]
        able = [{day: self.may(one, day) for day in self.days} for one in left]
        return next((day for day in self.days if not self._possible(able, day)), None)

    def _possible(self, able: list[dict[date, set[int]]], begin: date) -> bool:
        days = [day for day in self.days if day >= begin]
        return any(
            self._chosen(able, chosen) for chosen in combinations_with_replacement(days, len(able))
        )

    def _chosen(self, able: list[dict[date, set[int]]], days: tuple[date, ...]) -> bool:
        people = [step[day] for step, day in zip(able, days, strict=True)]
        if self.case.correcting is not None and people:
            # Corrected on that day or before; who has the right handles it in the same request.
            before = [day for day in self.days if day <= days[0]]
            corrected = [(day, who) for day in before for who in self.correctors(day)]
            people[0] = {
                handler
                for day, who in corrected
                for handler in ({who} if who in able[0][day] else people[0])
                if who not in able[0][day] or day == days[0]
            }
        return any(len(set(chosen)) == len(chosen) for chosen in product(*people))
