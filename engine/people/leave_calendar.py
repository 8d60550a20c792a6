"""The coming two weeks of an office's staff: who is on leave on which day, and for whom others stand in."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from authz import roster_reading
from authz.absence import named_signer_record
from authz.actors import Actor
from authz.roster import Member, Roster
from database import clock
from engine.timing import workdays

DAYS = 14


@dataclass(frozen=True, slots=True)
class Cell:
    """One person's day: away, and the staff numbers of those for whom he stands in; None where named."""

    day: date
    away: bool
    instead_of: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One account's days."""

    staff_no: str
    name: str
    agency: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days, with the rest days among them, and everybody's."""

    days: tuple[date, ...]
    rest: frozenset[date]
    rows: tuple[Row, ...]


def fortnight(session: Session, actor: Actor) -> Calendar:
    """The calendar of one's own agency from today on: its people, and who does its posts from elsewhere.

    It reads what decisions read, so that nobody is shown as there who couldn't sign. Desks that are left
    for a while aren't in it.
    """
    today = clock.today(session)
    roster = roster_reading.read(session, [actor.agency], today)
    days = tuple(today + timedelta(days=number) for number in range(DAYS))
    members = sorted(roster.members.values(), key=lambda one: one.staff_no)
    rest = frozenset(
        day for day in days if workdays.loaded(day.year) and not workdays.is_working_day(day)
    )
    return Calendar(days, rest, tuple(_row(roster, member, days) for member in members))


def _row(roster: Roster, member: Member, days: tuple[date, ...]) -> Row:
    cells = tuple(
        Cell(
            day,
            roster.on_leave(member.person_id, day),
            tuple(
                None if named_signer_record.referred(whom) is not None else whom
                for whom in roster.instead_of(member, day)
            ),
        )
        for day in days
    )
    return Row(member.staff_no, member.name, member.agency, cells)
