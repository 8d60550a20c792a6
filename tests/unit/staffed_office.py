"""Random small offices, and cases half signed in them: what staffing is asked about."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from authz.absence.absence_record import Leave, LeaveConfirmation
from authz.absence.named_signer_record import POSTS, NamedSigner
from authz.absence.stand_in_record import StandIn
from authz.granting.grant_record import Grant
from authz.offices.accounts import Account
from authz.offices.posts import PostHolding
from database import clock
from engine.defining.ways import HumanStep
from engine.foresight.open_cases import Correcting, OpenCase
from engine.rules.risk_file import STEPS
from tests.unit.authz_office import COUNTY, TODAY, AuthorityOffice

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
    stand_ins: tuple[tuple[str, str, int, int, bool | None], ...]
    grants: tuple[tuple[int, int, int | None, str | None], ...]
    leaves: tuple[tuple[str, int, int, bool], ...] = ()
    named: tuple[tuple[str, str, int, int], ...] = ()


workers = st.sampled_from(WORKERS)
written = st.builds(
    Written,
    st.booleans(),
    st.lists(st.tuples(workers, day_numbers), max_size=3).map(tuple),
    st.lists(st.tuples(workers, st.sampled_from(tuple(STEPS)[:4]), day_numbers), max_size=2).map(
        tuple
    ),
    st.lists(
        st.tuples(workers, workers, day_numbers, st.integers(0, 4), st.sampled_from((None, True))),
        max_size=4,
    ).map(tuple),
    st.lists(
        st.tuples(
            day_numbers,
            st.integers(0, 4),
            st.sampled_from((None, 100)),
            st.sampled_from((None, None, "retirement_approval", "account_adjustment")),
        ),
        max_size=2,
    ).map(tuple),
    st.lists(st.tuples(workers, day_numbers, st.integers(0, 4), st.booleans()), max_size=3).map(
        tuple
    ),
    st.lists(
        st.tuples(workers, st.sampled_from(POSTS), day_numbers, st.integers(0, 4)), max_size=2
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
        "is_wider": draw(st.booleans()),
        "returned_to": draw(st.sampled_from(("T101", "B101"))) if returned else None,
    }


def written_down(session: Session, office: AuthorityOffice, what: Written) -> None:
    """Enter the rows, as registered before, without a new policy epoch: nothing here asks what is kept."""
    # Without the back office only grants let anybody handle limited business.
    for staff_no, days in (*([("B101", -1), ("T102", -1)] if what.thin else ()), *what.ends):
        of_his = PostHolding.account_id == office.ids[staff_no]
        session.execute(update(PostHolding).where(of_his).values(valid_to=day_of(days)))
    for staff_no, post, days in what.further:
        row = {
            "account_id": office.ids[staff_no],
            "post": post,
            "agency_code": COUNTY,
            "valid_from": day_of(days),
        }
        session.execute(insert(PostHolding).values(row))
    for absent, deputy, begin, length, on_absence in what.stand_ins:
        held = select(PostHolding).where(PostHolding.account_id == office.ids[absent])
        for holding in session.execute(held).scalars().all():
            if absent != deputy:
                row = {
                    "absent_id": office.ids[absent],
                    "deputy_id": office.ids[deputy],
                    "post": holding.post,
                    "agency_code": holding.agency_code,
                    "valid_from": day_of(begin),
                    "valid_to": day_of(begin + length),
                    "reason": "休假",
                    "on_absence": on_absence,
                    "registered_by": office.ids["S101"],
                    "registered_at": clock.now(session),
                }
                session.execute(insert(StandIn).values(row))
    _absences(session, office, what)
    for begin, length, limit, process in what.grants:
        row = {
            "post": "teller",
            "agency_code": COUNTY,
            "process": process,
            "handling": None if process else "limited",
            "act": "handle",
            "valid_from": day_of(begin),
            "valid_to": day_of(begin + length),
            "amount_limit_cents": limit,
            "basis": "文件",
            "granted_by": office.ids["S101"],
            "granted_at": clock.now(session),
        }
        session.execute(insert(Grant).values(row))


def _absences(session: Session, office: AuthorityOffice, what: Written) -> None:
    """Leaves, of which one that nobody confirmed doesn't count, and whom the city named."""
    by, at = office.ids["S101"], clock.now(session)
    for staff_no, begin, length, confirmed in what.leaves:
        row = {
            "account_id": office.ids[staff_no],
            "person_id": session.get_one(Account, office.ids[staff_no]).person_id,
            "agency_code": COUNTY,
            "kind": "annual",
            "permitted_by": "主管",
            "valid_from": day_of(begin),
            "valid_to": day_of(begin + length),
            "entered_by": by,
            "entered_at": at,
        }
        made = session.execute(insert(Leave).returning(Leave.leave_id), [row]).scalar_one()
        if confirmed:
            done = {"leave_id": made, "confirmed_by": by, "confirmed_at": at}
            session.execute(insert(LeaveConfirmation).values(done))
    for staff_no, post, begin, length in what.named:
        named = {
            "deputy_id": office.ids[staff_no],
            "post": post,
            "agency_code": COUNTY,
            "valid_from": day_of(begin),
            "valid_to": day_of(begin + length),
            "basis": "指派书",
            "registered_by": by,
            "registered_at": at,
        }
        session.execute(insert(NamedSigner).values(named))


def day_of(number: int) -> date:
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
        due_on=day_of(LAST),
        amount_cents=said["amount_cents"],
        signed=tuple(signed),
        own=frozenset({persons[said["own"]]} if said["own"] else ()),
        ways=(way,),
        correcting=_returned(office, returned),
        is_wider=said["is_wider"],
    )


def _returned(office: AuthorityOffice, staff_no: str | None) -> Correcting | None:
    """A correction waited for from whoever handled it, in the post in which he did."""
    if staff_no is None:
        return None
    return Correcting(office.ids[staff_no], "teller" if staff_no[0] == "T" else "handler")
