"""Whether a case can still be signed, against asking production who may sign, by day and by person.

Random small offices: posts that end, stand-ins, grants with limits, two accounts of one person, cases half
signed, returned, or a colleague's own.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations_with_replacement, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from authz import roster_reading, standing
from authz.accounts import Account
from authz.acts import Act
from authz.grant_record import Grant
from authz.posts import PostHolding
from authz.stand_in_record import StandIn
from database import clock
from engine import open_cases, workdays
from engine.open_cases import Correcting, OpenCase
from engine.risk_file import STEPS
from engine.signable import Outlook
from engine.ways import HumanStep
from tests.unit import authz_office
from tests.unit.authz_office import CITY, COUNTY, TODAY, AuthorityOffice

WORKERS = ("T101", "T102", "B101", "R101", "R102", "D101", "Z101", "P001", "H001")
CHAINS = {
    (2, ""): ("handler", "reviewer"),
    (1, "county"): ("handler", "reviewer", "deputy_director", "director"),
    (1, "city_approval"): (
        "handler", "reviewer", "deputy_director", "director", "city_approver",
    ),
}  # fmt: skip
LAST = 5
day_numbers = st.integers(0, LAST + 2)


@dataclass(frozen=True)
class Written:
    """Rows of the registers, people by staff number, days counted from today."""

    thin: bool
    ends: tuple[tuple[str, int], ...]
    further: tuple[tuple[str, str, int], ...]
    stand_ins: tuple[tuple[str, str, int, int], ...]
    grants: tuple[tuple[int, int, int | None, str | None], ...]


workers = st.sampled_from(WORKERS)
written = st.builds(
    Written,
    st.booleans(),
    st.lists(st.tuples(workers, day_numbers), max_size=3).map(tuple),
    st.lists(st.tuples(workers, st.sampled_from(tuple(STEPS)[:4]), day_numbers), max_size=2).map(
        tuple
    ),
    st.lists(st.tuples(workers, workers, day_numbers, st.integers(0, 4)), max_size=4).map(tuple),
    st.lists(
        st.tuples(
            day_numbers,
            st.integers(0, 4),
            st.sampled_from((None, 100)),
            st.sampled_from((None, None, "retirement_approval", "account_adjustment")),
        ),
        max_size=2,
    ).map(tuple),
)


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    """A case: its chain, how far it is signed and by whom (staff numbers), whose own, whether returned."""
    level, route = draw(st.sampled_from(tuple(CHAINS)))
    signers = draw(st.just([]) | st.lists(workers, max_size=3, unique=True))
    returned = not signers and draw(st.booleans())
    return {
        "level": level,
        "route": route,
        "accepted_by": draw(st.sampled_from(("T101", "T102"))),
        "signers": signers,
        "own": draw(st.sampled_from((None, *WORKERS))),
        "amount_cents": draw(st.sampled_from((0, 100, 101))),
        "returned_to": draw(st.sampled_from(("T101", "B101"))) if returned else None,
    }


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AuthorityOffice]:
    folder: Path = tmp_path_factory.mktemp("office")
    with authz_office.opened(folder) as made:
        # Two accounts of one natural person: the reviewer R101 has a teller's as well.
        made.hire("X101", "teller", COUNTY)
        with made.sessions.command() as session:
            person = session.get_one(Account, made.ids["R101"]).person_id
            session.get_one(Account, made.ids["X101"]).person_id = person
        yield made


def written_down(session: Session, office: AuthorityOffice, what: Written) -> None:
    """Enter the rows, as registered before, without a new policy epoch: nothing here asks what is kept."""
    # Without the back office only grants let anybody handle limited business.
    for staff_no, days in (*([("B101", -1), ("T102", -1)] if what.thin else ()), *what.ends):
        of_his = PostHolding.account_id == office.ids[staff_no]
        session.execute(update(PostHolding).where(of_his).values(valid_to=_day(days)))
    for staff_no, post, days in what.further:
        row = {
            "account_id": office.ids[staff_no],
            "post": post,
            "agency_code": COUNTY,
            "valid_from": _day(days),
        }
        session.execute(insert(PostHolding).values(row))
    for absent, deputy, begin, length in what.stand_ins:
        held = select(PostHolding).where(PostHolding.account_id == office.ids[absent])
        for holding in session.execute(held).scalars().all():
            if absent != deputy:
                row = {
                    "absent_id": office.ids[absent],
                    "deputy_id": office.ids[deputy],
                    "post": holding.post,
                    "agency_code": holding.agency_code,
                    "valid_from": _day(begin),
                    "valid_to": _day(begin + length),
                    "reason": "休假",
                    "registered_by": office.ids["S101"],
                    "registered_at": clock.now(session),
                }
                session.execute(insert(StandIn).values(row))
    for begin, length, limit, process in what.grants:
        row = {
            "post": "teller",
            "agency_code": COUNTY,
            "process": process,
            "handling": None if process else "limited",
            "act": "handle",
            "valid_from": _day(begin),
            "valid_to": _day(begin + length),
            "amount_limit_cents": limit,
            "basis": "文件",
            "granted_by": office.ids["S101"],
            "granted_at": clock.now(session),
        }
        session.execute(insert(Grant).values(row))


def _day(number: int) -> date:
    return TODAY + timedelta(days=number)


def as_case(session: Session, office: AuthorityOffice, said: dict[str, Any]) -> OpenCase:
    """The case as the engine reads it."""
    listed = session.execute(select(Account.staff_no, Account.person_id))
    persons = {row.staff_no: row.person_id for row in listed}
    chain = CHAINS[said["level"], said["route"]]
    way = tuple(HumanStep(STEPS[post], post) for post in chain)
    signed = [("accept", persons[said["accepted_by"]])]
    for one, staff_no in zip(way, said["signers"], strict=False):
        if persons[staff_no] not in {person for _, person in signed[1:]}:
            signed.append((one.step, persons[staff_no]))
    returned = said["returned_to"]
    return OpenCase(
        case_no="1",
        process="retirement_approval",
        category="benefit",
        agency=COUNTY,
        level=said["level"],
        route=said["route"],
        due_on=_day(LAST),
        amount_cents=said["amount_cents"],
        signed=tuple(signed),
        own=frozenset({persons[said["own"]]} if said["own"] else ()),
        ways=(way,),
        correcting=_returned(office, returned),
    )


def _returned(office: AuthorityOffice, staff_no: str | None) -> Correcting | None:
    """A correction waited for from whoever handled it, in the post in which he did."""
    if staff_no is None:
        return None
    return Correcting(office.ids[staff_no], "teller" if staff_no[0] == "T" else "handler")


class Plain:
    """The reference: every person and every working day, by the decisions of production."""

    def __init__(self, session: Session, case: OpenCase) -> None:
        self.session = session
        self.case = case
        later = [_day(number) for number in range(1, LAST + 1)]
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
                    .where(StandIn.valid_from <= day, StandIn.valid_to >= day)
                ).scalars()
            )
            for day in self.days
        }

    def may(self, one: HumanStep, day: date) -> set[int]:
        """The persons who would be allowed to sign this step on a day, and aren't away."""
        city = one.post in ("city_approver", "city_head")
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
        return {
            found.person_id
            for found in self.standings[day]
            if found.enforcement.allowing(
                replace(act, own_case=found.person_id in self.case.own), found.person_id, day
            )
            and found.person_id not in self.away[day]
        }

    def correctors(self, day: date) -> set[int]:
        """Who may correct, by ``correction.permitted``."""
        waits = self.case.correcting
        assert waits is not None
        allowed = self.may(HumanStep("correct", waits.post), day)
        his = [found for found in self.standings[day] if found.account_id == waits.account_id]
        if his and any(h.post == waits.post and not h.on_behalf_of for h in his[0].holdings):
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


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(what=written, said=cases())
def test_against_asking_production(
    office: AuthorityOffice, what: Written, said: dict[str, Any]
) -> None:
    with office.sessions.reading() as asked:
        # Of this connection only, and never committed.
        session = Session(asked.connection(), info=asked.info)
        assert session.execute(select(StandIn.stand_in_id)).first() is None
        written_down(session, office, what)
        case = as_case(session, office, said)
        outlook = Outlook(roster_reading.read(session, [COUNTY, CITY], TODAY), TODAY)

        found = outlook.stuck(case)

        expected = Plain(session, case).stuck()
        session.rollback()
    event("never stuck" if expected is None else "now" if expected == TODAY else "later")
    assert (found and found.since) == expected


def test_pages_are_whole(office: AuthorityOffice) -> None:
    """Nothing open: no page, no error."""
    with office.sessions.reading() as session:
        assert list(open_cases.of_agencies(session, None, [COUNTY])) == []  # type: ignore[arg-type]
