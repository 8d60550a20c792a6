"""The open cases that can't be signed any more, or soon can't; and which ones a change of staff would stop.

Read by supervisors and every morning by a job. Nothing here refuses or changes anything.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from authz import decisions, roster_changes
from authz.actors import Actor
from authz.acts import Act
from authz.granting.grant_entry import IsoDate
from authz.offices import agencies
from authz.offices.accounts import AccountNotFound
from authz.roster import Member, Roster
from database.refusals import Invalid
from engine.applications import field_error
from engine.foresight import open_cases, shortage, signable
from engine.foresight.open_cases import OpenCase
from engine.foresight.signable import Outlook, Stuck
from engine.office import Office
from engine.timing import workdays

READ = "read_staffing"
AHEAD_DAYS = 5
MOST_AHEAD_DAYS = 60
SHOWN = 200
# A change without an end is looked at so far for posts that nobody would hold.
_LOOK = timedelta(days=60)


class StaffingInvalid(Invalid):
    """What is to be simulated is not right; each field says why."""

    rule = "staffing.invalid"


class Simulated(BaseModel):
    """A change of staff to be tried: one of ``dismiss``, ``close`` and ``absent`` names a staff number.

    ``post`` narrows a dismissal; ``from`` (``since``) is today where it isn't said, ``to`` (``until``) the
    last day of an absence.
    """

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, str_strip_whitespace=True, populate_by_name=True
    )

    dismiss: str | None = Field(default=None, min_length=1, max_length=32)
    close: str | None = Field(default=None, min_length=1, max_length=32)
    absent: str | None = Field(default=None, min_length=1, max_length=32)
    post: str | None = Field(default=None, min_length=1, max_length=32)
    since: IsoDate | None = Field(default=None, validation_alias="from", serialization_alias="from")
    until: IsoDate | None = Field(default=None, validation_alias="to", serialization_alias="to")

    def named(self) -> list[tuple[Literal["dismiss", "close", "absent"], str]]:
        """What is to happen to whom; one, where the body is right."""
        said = (("dismiss", self.dismiss), ("close", self.close), ("absent", self.absent))
        return [(act, staff_no) for act, staff_no in said if staff_no is not None]  # type: ignore[misc]


@dataclass
class Report:
    """What was found: how many cases are open, can't be signed today, won't be soon; the first of them."""

    open_cases: int = 0
    stuck: int = 0
    soon: int = 0
    found: list[tuple[OpenCase, Stuck]] = field(default_factory=list)

    def note(self, case: OpenCase, stuck: Stuck | None, today: date, until: date) -> None:
        """Count a case."""
        self.open_cases += 1
        if stuck is None or stuck.since > until:
            return
        self.stuck += stuck.since <= today
        self.soon += stuck.since > today
        self.found.append((case, stuck))

    def first(self) -> list[tuple[OpenCase, Stuck]]:
        """Those shown: who is stuck first, then who is due first."""
        ranked = sorted(self.found, key=lambda one: (one[1].since, one[0].due_on, one[0].case_no))
        return ranked[:SHOWN]


def report(
    session: Session, office: Office, actor: Actor, days: int = AHEAD_DAYS
) -> dict[str, Any]:
    """The cases, one's own agency's and below, that can't be signed today or in ``days`` working days.

    Raises Forbidden for posts that don't read it.
    """
    decisions.require(session, actor, Act(READ, agency=actor.agency))
    codes = agencies.below(session, actor.agency)
    outlook = signable.look(session, codes)
    until = ahead(outlook.today, days)
    found = Report()
    for page in open_cases.of_agencies(session, office, codes):
        for case in page:
            found.note(case, outlook.stuck(case), outlook.today, until)
    return {
        "as_of": outlook.today.isoformat(),
        "until": until.isoformat(),
        "open_cases": found.open_cases,
        "stuck_cases": found.stuck,
        "soon_stuck_cases": found.soon,
        "items": [_line(outlook, case, stuck) for case, stuck in found.first()],
    }


def sweep(session: Session, office: Office) -> Iterator[Report]:
    """The same of the whole office, for the job of the morning: what was found so far, page by page."""
    codes = sorted(agencies.codes(session))
    outlook = signable.look(session, codes)
    until = ahead(outlook.today, AHEAD_DAYS)
    found = Report()
    for page in open_cases.of_agencies(session, office, codes):
        for case in page:
            found.note(case, outlook.stuck(case), outlook.today, until)
        yield found
    yield found


def simulate(session: Session, office: Office, actor: Actor, wanted: Simulated) -> dict[str, Any]:
    """Which cases could not be signed, or earlier not, and which posts nobody would hold.

    Raises Forbidden, AccountNotFound, StaffingInvalid.
    """
    decisions.require(session, actor, Act(READ, agency=actor.agency))
    codes = agencies.below(session, actor.agency)
    outlook = signable.look(session, codes)
    since, until = _dates(wanted, outlook.today)
    changed = Outlook(_changed(outlook.roster, codes, wanted, since, until), outlook.today)
    found, count = Report(), 0
    for page in open_cases.of_agencies(session, office, codes):
        for case in page:
            before, after = outlook.stuck(case), changed.stuck(case)
            if after is not None and (before is None or after.since < before.since):
                count += 1
                found.found.append((case, after))
    return {
        "as_of": outlook.today.isoformat(),
        "count": count,
        "items": [_line(changed, case, stuck) for case, stuck in found.first()],
        "posts": list(_left_to_nobody(outlook.roster, changed.roster, codes, since, until)),
    }


def ahead(today: date, days: int) -> date:
    """The last day of so many working days after today, as far as the calendar is loaded."""
    day = today
    while days and workdays.loaded((day + timedelta(days=1)).year):
        day += timedelta(days=1)
        days -= workdays.is_working_day(day)
    return day


def _line(outlook: Outlook, case: OpenCase, stuck: Stuck) -> dict[str, Any]:
    return {
        "case_no": case.case_no,
        "process": case.process,
        "agency": case.agency,
        "risk_level": case.level,
        "route": case.route or None,
        "due_on": case.due_on.isoformat(),
        "signable": shortage.shown(outlook, case, stuck),
    }


def _dates(wanted: Simulated, today: date) -> tuple[date, date | None]:
    """From when to when; None without an end. Raises StaffingInvalid."""
    since = max(wanted.since or today, today)
    wrong = []
    if len(wanted.named()) != 1:
        wrong.append(
            field_error("absent", "name one: dismiss, close or absent", rule="staffing.one")
        )
    if wanted.post is not None and wanted.dismiss is None:
        wrong.append(field_error("post", "is only for who is dismissed", rule="staffing.post"))
    if wanted.until is not None and wanted.absent is None:
        wrong.append(field_error("to", "is only for who is absent", rule="staffing.dates"))
    if wanted.until is not None and wanted.until < since:
        wrong.append(
            field_error("to", "lies before from, or is already past", rule="staffing.dates")
        )
    if wrong:
        raise StaffingInvalid(errors=wrong)
    return since, (wanted.until or since) if wanted.absent else None


def _changed(
    roster: Roster, codes: Sequence[str], wanted: Simulated, since: date, until: date | None
) -> Roster:
    ((act, staff_no),) = wanted.named()
    member = roster.named(staff_no)
    if member is None or member.agency not in codes:
        raise AccountNotFound
    if act == "absent":
        return roster_changes.absent(roster, member, since, until or since)
    if act == "close":
        return roster_changes.closed(roster, member, since)
    if wanted.post is not None and not _holds_own(member, wanted.post):
        text = f"{staff_no} doesn't hold this post himself"
        raise StaffingInvalid(errors=[field_error("post", text, rule="staffing.post")])
    return roster_changes.dismissed(roster, member, wanted.post, since)


def _holds_own(member: Member, post: str) -> bool:
    return any(h.post == post and not h.on_behalf_of for h in member.holdings)


def _left_to_nobody(
    before: Roster, after: Roster, codes: Sequence[str], since: date, until: date | None
) -> Iterator[dict[str, Any]]:
    """The posts that somebody would hold on a day, and after the change nobody; each with its first day."""
    last = until or since + _LOOK
    days = [since, *after.changes(codes, since, last)]
    held = {(h.agency, h.post) for m in before.members.values() for h in m.holdings}
    for agency, post in sorted(place for place in held if place[0] in codes):
        for day in days:
            if before.holders(post, agency, day) and not after.holders(post, agency, day):
                yield {"agency": agency, "post": post, "from": day.isoformat()}
                break
