"""The staff of a random office: the demo's own, and second accounts of some of them, as plain facts.

What each may do stands here once more, by itself: nothing of it is read from the product's policy.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from api.demonstration import demo
from authz import actors
from authz.keys import signing_keys
from authz.offices import accounts, people
from authz.personnel import appointments
from authz.qualifying import training
from authz.signing_in.passwords import PasswordProof
from database import clock
from engine import office_record
from engine.people import key_register, qualifications

COUNTY, OTHER_COUNTY, CITY = "990101", "990102", "990100"
SEEN_FROM: Mapping[str, frozenset[str]] = {
    COUNTY: frozenset({COUNTY}),
    OTHER_COUNTY: frozenset({OTHER_COUNTY}),
    CITY: frozenset({CITY, COUNTY, OTHER_COUNTY}),
    "990000": frozenset({CITY, COUNTY, OTHER_COUNTY, "990000"}),
}
PARENT = {COUNTY: CITY, OTHER_COUNTY: CITY}
# An insured person of the county who also works there: nobody acts on a case of his own.
INSURED = "610099199105205114"


@dataclass(frozen=True, slots=True)
class Staff:
    """One account: ``person`` names the human being, shared by his accounts."""

    person: str
    post: str
    agency: str
    categories: frozenset[str] | None = None

    def serves(self, category: str) -> bool:
        """Whether his section serves this business; a county has no sections."""
        return self.categories is None or category in self.categories


_BENEFITS = frozenset({"benefit"})
STAFF: Mapping[str, Staff] = {
    "T101": Staff("T101", "teller", COUNTY),
    "T102": Staff("T102", "teller", COUNTY),
    "B101": Staff("B101", "handler", COUNTY),
    "R101": Staff("R101", "reviewer", COUNTY),
    "R102": Staff("R102", "reviewer", COUNTY),
    "D101": Staff("D101", "deputy_director", COUNTY),
    "Z101": Staff("Z101", "director", COUNTY),
    "S101": Staff("S101", "supervisor", COUNTY),
    "A101": Staff("A101", "auditor", COUNTY),
    "T201": Staff("T201", "teller", OTHER_COUNTY),
    "R201": Staff("R201", "reviewer", OTHER_COUNTY),
    "T001": Staff("T001", "teller", CITY, _BENEFITS),
    "R001": Staff("R001", "reviewer", CITY, _BENEFITS),
    "P001": Staff("P001", "city_approver", CITY),
    "H001": Staff("H001", "city_head", CITY),
    "S000": Staff("S000", "supervisor", "990000"),
    "R191": Staff("T101", "reviewer", COUNTY),
    "B191": Staff("R101", "handler", COUNTY),
    "D191": Staff("R102", "deputy_director", COUNTY),
    "Z191": Staff("D101", "director", COUNTY),
    "T192": Staff(INSURED, "teller", COUNTY),
    "R192": Staff(INSURED, "reviewer", COUNTY),
}
SECOND_ACCOUNTS = ("R191", "B191", "D191", "Z191", "T192", "R192")

# Who may do a step by his post; for limited business a teller's ``handle`` also takes a grant.
POSTS_FOR: Mapping[str, frozenset[str]] = {
    "accept": frozenset({"teller"}),
    "handle": frozenset({"teller", "handler"}),
    "correct": frozenset({"teller", "handler"}),
    "withdraw": frozenset({"teller", "handler"}),
    "review": frozenset({"reviewer"}),
    "endorse": frozenset({"deputy_director"}),
    "conclude": frozenset({"director"}),
    "city_approve": frozenset({"city_approver"}),
    "city_conclude": frozenset({"city_head"}),
}
_COUNTY_STEPS = ("handle", "review", "endorse", "conclude")
# Who must sign, by level and route (陕社保发[2016]27号 §11, §12).
CHAINS: Mapping[tuple[int, str], tuple[str, ...]] = {
    (3, ""): ("handle",),
    (2, ""): ("handle", "review"),
    (1, "county"): _COUNTY_STEPS,
    (1, "city_approval"): (*_COUNTY_STEPS, "city_approve"),
    (1, "city_meeting"): (*_COUNTY_STEPS, "city_conclude"),
    (1, "city"): ("handle", "review", "city_approve", "city_conclude"),
}
ROUTES = ("", "county", "city_approval", "city_meeting", "city")
CITY_STEPS = ("city_approve", "city_conclude")


def hire_second_accounts(session: Session, known: Mapping[str, int]) -> dict[str, int]:
    """Open the second accounts in a demo office; ``known`` are its accounts by staff number."""
    hired: dict[str, int] = {}
    for staff_no in SECOND_ACCOUNTS:
        staff = STAFF[staff_no]
        if staff.person == INSURED:
            person = people.find_or_add(session, id_no=INSURED, name="杨帆")
        else:
            person = accounts.get(session, known[staff.person]).person_id
        hired[staff_no] = accounts.open_account(
            session,
            staff_no=staff_no,
            person_id=person,
            agency=staff.agency,
            password_hash="nobody signs in with a password here",
            demo=True,
        )
        appointments.appoint(session, hired[staff_no], staff.post, agency=staff.agency)
        office_record.note_account(session, hired[staff_no], "account_opened")
        if staff.person == INSURED:
            today = clock.today(session)
            made = training.enter_first(session, [person], today, "岗前培训")
            entered, noted = qualifications.ENTERED, qualifications.NOTED
            office_record.note(session, staff.agency, entered, made, noted=noted)
        key = signing_keys.make(demo.PASSWORD)
        key_register.replace(session, actors.load(session, hired[staff_no]), key, "replaced")
    return hired


def proof(account_id: int) -> PasswordProof:
    """That somebody gave his password again: checking one takes 20 ms and is not tried here."""
    return PasswordProof(account_id, 1)
