"""Who is away: on leave, or gone from his desk for longer than the limit. Whoever is away signs nothing.

His deputies for that case begin by it (``StandIn.on_absence``). Source: 宁社保发[2014]24号 附件 三(二);
``absence_rules.yaml`` for desks that are left.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz import epoch, spans
from authz.absence import absence_record
from authz.absence.absence_record import DeskPause, DeskPauseEnd
from authz.epoch import Memory
from authz.spans import ALWAYS, Spans
from database import clock
from database.sending import transaction_of

Why = Literal["leave", "pause"]
_DAY = timedelta(days=1)
_PINNED = "absences_pinned"


@dataclass(frozen=True, slots=True)
class Away:
    """The days of leave of some natural persons, and which of all are away from their desks right now."""

    leaves: Mapping[int, Spans]
    paused: frozenset[int]
    today: date

    def why(self, person_id: int) -> Why | None:
        """Why somebody is away today; None where he is there."""
        if spans.around(self.leaves.get(person_id, ()), self.today) is not None:
            return "leave"
        return "pause" if person_id in self.paused else None

    def there(self, person_id: int, usable: Spans | None) -> Spans | None:
        """Of the days on which somebody may use a post (None: all), those on which he is there."""
        days = self.leaves.get(person_id, ())
        if person_id in self.paused:
            days = spans.union([*days, (self.today, self.today)])
        if not days:
            return usable
        return spans.intersection(ALWAYS if usable is None else usable, spans.complement(days))


_kept: Memory[tuple[tuple[datetime, int], ...]] = Memory(64)


def of_persons(session: Session, persons: Collection[int], today: date) -> Away:
    """When these natural persons are away, from a day on; one query."""
    return Away(absence_record.days_of(session, persons, today), paused(session), today)


def paused(session: Session) -> frozenset[int]:
    """The natural persons who left their desks and weren't back in time: one answer a transaction.

    It changes with the minutes and not only with the policy epoch, and what is decided at the beginning of a
    transaction has to hold until its end.
    """
    stamp = epoch.current(session).stamp
    transaction = transaction_of(session)
    pinned = session.info.get(_PINNED)
    if pinned is not None and pinned[0] is transaction and pinned[1] == stamp:
        known: frozenset[int] = pinned[2]
        return known
    now = clock.now(session)
    today = clock.office_date(now)
    pauses = _kept.recall(session, today, lambda: _read(session, today)) or ()
    found = frozenset(person_id for away_from, person_id in pauses if away_from <= now)
    session.info[_PINNED] = (transaction, stamp, found)
    return found


def moment(session: Session) -> tuple[date, frozenset[int]]:
    """What decisions rest on besides the policy epoch: the day, and who is away from his desk now."""
    return clock.today(session), paused(session)


def _read(session: Session, today: date) -> tuple[tuple[datetime, int], ...]:
    """When whom of those who left their desks today, and aren't back, will count as away."""
    asked = (
        select(DeskPause.away_from, DeskPause.person_id)
        .outerjoin(DeskPauseEnd, DeskPauseEnd.pause_id == DeskPause.pause_id)
        .where(
            DeskPauseEnd.end_id.is_(None),
            DeskPause.began_at >= clock.day_ends(today - _DAY),
            DeskPause.began_at < clock.day_ends(today),
        )
        .order_by(DeskPause.pause_id)
    )
    return tuple((row.away_from, row.person_id) for row in session.execute(asked))
