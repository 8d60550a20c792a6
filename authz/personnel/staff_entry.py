"""What is written when staff is taken on, an account or an appointment, and whether it makes sense."""

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from authz.granting.grant_entry import IsoDate
from authz.offices import agencies, families
from authz.offices.accounts import Account
from authz.offices.agencies import Agency
from authz.offices.posts import POSTS
from database import clock
from database.refusals import Forbidden, Invalid

CITY_POSTS = frozenset({"city_approver", "city_head"})
COUNTY_POSTS = frozenset({"deputy_director", "director"})
# Who opens accounts and who guards them sits in the city: a county has no administrator of permissions
# (岗位权限管理办法, 人社厅发〔2021〕64号).
NOT_IN_A_COUNTY = CITY_POSTS | {"administrator", "security_administrator"}
# Who works for one section where the office has sections (design §2).
OF_A_SECTION = frozenset({"teller", "handler", "reviewer"})
_ENTRY = ConfigDict(strict=True, extra="forbid", frozen=True, str_strip_whitespace=True)


class AccountEntry(BaseModel):
    """A member of staff's account to be opened: it may do nothing until somebody appoints him to a post."""

    model_config = _ENTRY

    staff_no: str = Field(pattern=r"^[A-Za-z0-9]{1,32}$")
    name: str = Field(min_length=1, max_length=50)
    id_no: str = Field(min_length=18, max_length=18)
    agency: str = Field(min_length=1, max_length=6)
    section: str | None = Field(default=None, min_length=1, max_length=40)


class AppointmentEntry(BaseModel):
    """An appointment to a post of the account's own agency; both dates are included."""

    model_config = ConfigDict(**_ENTRY, populate_by_name=True)

    staff_no: str = Field(min_length=1, max_length=32)
    post: str = Field(min_length=1, max_length=32)
    since: IsoDate = Field(validation_alias="from", serialization_alias="from")
    until: IsoDate | None = Field(default=None, validation_alias="to", serialization_alias="to")
    basis: str = Field(min_length=1, max_length=400)


class StaffInvalid(Invalid):
    """The entry is not right; each field says why."""

    rule = "staff.invalid"


class AppointedFromAbove(Forbidden):
    """Supervisors, administrators, finance and control are appointed by the office above."""

    rule = "staff.from_above"


Wrong = tuple[str, str, str]


def refuse(wrong: list[Wrong]) -> None:
    """Raise StaffInvalid where anything is wrong, with all of it."""
    if wrong:
        raise StaffInvalid(errors=[{"field": f, "message": m, "rule": r} for f, m, r in wrong])


def account_errors(session: Session, entry: AccountEntry) -> list[Wrong]:
    """What of a new account doesn't fit the office; the id number is checked where its rule is known."""
    errors = []
    taken = select(Account.account_id).where(Account.staff_no == entry.staff_no)
    if session.execute(taken).scalar_one_or_none() is not None:
        errors.append(("staff_no", "somebody has this staff number", "staff.number_taken"))
    agency = agencies.tree(session).agencies.get(entry.agency)
    if agency is not None and entry.section is not None and entry.section not in agency.sections:
        text = f"{agency.code} has the sections: {', '.join(agency.sections) or 'none'}"
        errors.append(("section", text, "staff.section"))
    return errors


def appointment_errors(
    session: Session, entry: AppointmentEntry, account: Account, agency: Agency
) -> list[Wrong]:
    """What of an appointment doesn't fit the office."""
    errors = []
    if entry.post not in POSTS:
        errors.append(("post", f"one of: {', '.join(POSTS)}", "staff.post"))
    elif entry.post in (NOT_IN_A_COUNTY if agency.kind == "county" else COUNTY_POSTS):
        errors.append(("post", f"a {agency.kind} has no such post", "staff.post"))
    elif agency.kind != "county" and entry.post in OF_A_SECTION and account.section is None:
        text = "his account names no section: he would serve nothing there"
        errors.append(("post", text, "staff.section"))
    if entry.until is not None and entry.until < max(entry.since, clock.today(session)):
        errors.append(("to", "lies before from, or is already past", "staff.dates"))
    return errors


def require_reach(post: str, agency: str, actor_agency: str, kind: str) -> None:
    """Raise AppointedFromAbove where the agency's own supervisor may not give this post.

    Whoever grants, pays or controls isn't chosen by those whom he is to control; the province has nobody
    above it.
    """
    own = agency == actor_agency and kind != "province"
    if own and (post == "supervisor" or families.FAMILIES.get(post) != families.BUSINESS):
        raise AppointedFromAbove(facts={"post": post, "agency": agency})
