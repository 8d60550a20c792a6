"""A change of authority to be tried (试算): what may be asked, and the people as they would be then."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from authz import roster_changes
from authz.granting.grant_entry import IsoDate
from authz.granting.grants import GrantNotFound
from authz.offices import posts
from authz.offices.accounts import AccountNotFound
from authz.placement import Covering, Holding
from authz.qualifying import qualifications
from authz.roster import Member, Roster
from database.refusals import Invalid
from engine.applications import field_error

Change = Literal["dismiss", "close", "absent", "move", "revoke"]


class StaffingInvalid(Invalid):
    """What is to be simulated is not right; each field says why."""

    rule = "staffing.invalid"


class Simulated(BaseModel):
    """A change to be tried: one of ``dismiss``, ``close``, ``absent``, ``move`` (of staff) and ``revoke``.

    ``move`` is a transfer or promotion: all his posts end, and he holds ``post`` at ``agency``, his own where
    it isn't said. ``revoke`` is the number of a grant. ``post`` also narrows a dismissal; ``from``
    (``since``) is today where it isn't said, ``to`` (``until``) the last day of an absence.
    """

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, str_strip_whitespace=True, populate_by_name=True
    )

    dismiss: str | None = Field(default=None, min_length=1, max_length=32)
    close: str | None = Field(default=None, min_length=1, max_length=32)
    absent: str | None = Field(default=None, min_length=1, max_length=32)
    move: str | None = Field(default=None, min_length=1, max_length=32)
    revoke: int | None = Field(default=None, ge=1, le=2**63 - 1)
    post: str | None = Field(default=None, min_length=1, max_length=32)
    agency: str | None = Field(default=None, min_length=1, max_length=12)
    since: IsoDate | None = Field(default=None, validation_alias="from", serialization_alias="from")
    until: IsoDate | None = Field(default=None, validation_alias="to", serialization_alias="to")

    def named(self) -> list[tuple[Change, str | int]]:
        """What is to happen to whom, or to which grant; one, where the body is right."""
        changes: tuple[Change, ...] = ("dismiss", "close", "absent", "move", "revoke")
        said = [(change, getattr(self, change)) for change in changes]
        return [(change, whose) for change, whose in said if whose is not None]

    def days(self, today: date) -> tuple[date, date | None]:
        """From when to when it holds; None without an end. Raises StaffingInvalid."""
        since = max(self.since or today, today)
        wrong = []
        if len(self.named()) != 1:
            text = "name one: dismiss, close, absent, move or revoke"
            wrong.append(field_error("absent", text, rule="staffing.one"))
        if self.post is not None and self.dismiss is None and self.move is None:
            text = "is only for who is dismissed or moved"
            wrong.append(field_error("post", text, rule="staffing.post"))
        if self.move is not None and self.post not in posts.POSTS:
            text = "names the post he is moved to"
            wrong.append(field_error("post", text, rule="staffing.new_post"))
        if self.agency is not None and self.move is None:
            text = "is only for who is moved"
            wrong.append(field_error("agency", text, rule="staffing.agency"))
        if self.until is not None and self.absent is None:
            text = "is only for who is absent"
            wrong.append(field_error("to", text, rule="staffing.dates"))
        if self.until is not None and self.until < since:
            text = "lies before from, or is already past"
            wrong.append(field_error("to", text, rule="staffing.dates"))
        if wrong:
            raise StaffingInvalid(errors=wrong)
        return since, (self.until or since) if self.absent else None


def member_of(roster: Roster, codes: Sequence[str], staff_no: str) -> Member:
    """Whom a change is about, of these agencies. Raises AccountNotFound."""
    member = roster.named(staff_no)
    if member is None or member.agency not in codes:
        raise AccountNotFound
    return member


def grant_of(roster: Roster, codes: Sequence[str], grant_id: int) -> Covering:
    """The grant in force, or to come, that a change is about. Raises GrantNotFound."""
    for covering in roster.coverings:
        if covering.grant_id == grant_id and covering.agency in codes:
            return covering
    raise GrantNotFound


def changed(
    session: Session,
    roster: Roster,
    codes: Sequence[str],
    wanted: Simulated,
    days: tuple[date, date | None],
) -> Roster:
    """The people as they would be. Raises AccountNotFound, GrantNotFound, StaffingInvalid."""
    since, until = days
    if wanted.revoke is not None:
        return roster_changes.revoked(roster, grant_of(roster, codes, wanted.revoke), since)
    ((act, named),) = wanted.named()
    member = member_of(roster, codes, str(named))
    if act == "absent":
        return roster_changes.absent(roster, member, since, until or since)
    if act == "close":
        return roster_changes.closed(roster, member, since)
    if act == "move":
        return roster_changes.moved(
            roster, member, new_holding(session, roster, wanted, member, since), since
        )
    if wanted.post is not None and not _holds_own(member, wanted.post):
        text = f"{named} doesn't hold this post himself"
        raise StaffingInvalid(errors=[field_error("post", text, rule="staffing.post")])
    return roster_changes.dismissed(roster, member, wanted.post, since)


def new_holding(
    session: Session, roster: Roster, wanted: Simulated, member: Member, since: date
) -> Holding:
    """The post that somebody is to be moved to, with the days on which he is qualified for it.

    Within his office he stays in his section. Raises StaffingInvalid where there is no such agency.
    """
    agency = wanted.agency or member.agency
    if agency not in roster.tree.agencies:
        text = "there is no such agency"
        raise StaffingInvalid(errors=[field_error("agency", text, rule="staffing.agency")])
    sections = (h.section for h in member.holdings if h.agency == agency and not h.on_behalf_of)
    post = wanted.post or ""
    usable = qualifications.of_persons(session, [member.person_id]).usable(member.person_id, post)
    return Holding(post, agency, next(sections, None), since, None, usable=usable)


def _holds_own(member: Member, post: str) -> bool:
    return any(h.post == post and not h.on_behalf_of for h in member.holdings)
