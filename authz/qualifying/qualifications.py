"""Who is qualified for his post on which days: trained for the window, certified where the post takes it.

A post is used on the days on which every duty that binds it is met (陕社保发〔2016〕27号 §14). Decisions keep
these days with the rows of the holding, so that asking costs nothing more than asking about its dates.
"""

import calendar
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz import spans
from authz.epoch import Memory
from authz.offices import posts
from authz.offices.accounts import Account
from authz.offices.posts import PostHolding
from authz.qualifying import qualification_record, qualification_rules
from authz.qualifying.qualification_record import TRAINING
from authz.spans import Span, Spans

State = Literal["missing", "overdue", "soon", "current"]
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Duty:
    """What a post takes on which days."""

    post: str
    kind: str
    subject: str
    days: Span


@dataclass(frozen=True, slots=True)
class Entry:
    """A training or certificate that somebody passed, and the days on which it counts."""

    kind: str
    subject: str
    days: Span


@dataclass(frozen=True, slots=True)
class Lack:
    """What somebody lacks for his post, and since when; ``expired`` where he had it once."""

    kind: str
    subject: str
    since: date
    expired: bool


@dataclass(frozen=True, slots=True)
class Refresher:
    """How one subject of somebody's training stands; ``due_on`` is the day by which it is repeated."""

    subject: str
    last_on: date | None
    due_on: date | None
    state: State


@dataclass(frozen=True, slots=True)
class Deviation:
    """Somebody who holds a post and may not do all of it: he lacks what it takes (未培训, 证书到期)."""

    account_id: int
    staff_no: str
    agency: str
    post: str
    lacks: tuple[Lack, ...]


@dataclass(frozen=True, slots=True)
class Qualified:
    """What the duties are, and what some natural persons have to show for them."""

    duties: Sequence[Duty]
    entries: Mapping[int, Sequence[Entry]]

    def usable(self, person_id: int, post: str) -> Spans | None:
        """The days on which this person may use a post; None where nothing binds it."""
        return usable(self.duties, post, self.entries.get(person_id, ()))

    def lacking(self, person_id: int, post: str, day: date) -> tuple[Lack, ...]:
        """What he lacks for a post on a day."""
        return lacking(self.duties, post, self.entries.get(person_id, ()), day)


_kept: Memory[tuple[Duty, ...]] = Memory(64)


def duties(session: Session) -> tuple[Duty, ...]:
    """The duties that count, kept by policy epoch."""
    found = _kept.recall(session, "duties", lambda: _read(session))
    return found or ()


def _read(session: Session) -> tuple[Duty, ...]:
    return tuple(
        Duty(row.post, row.kind, row.subject, spans.span(row.binds_from, row.binds_to))
        for row in qualification_record.duties(session)
    )


def of_persons(session: Session, persons: Collection[int]) -> Qualified:
    """What these natural persons have to show; one query, none where nothing is asked of anybody."""
    binding = duties(session)
    found: dict[int, list[Entry]] = {}
    for row in qualification_record.counting(session, persons) if binding else ():
        days = spans.span(row.done_on, row.valid_to)
        found.setdefault(row.person_id, []).append(Entry(row.kind, row.subject, days))
    return Qualified(binding, found)


def usable(binding: Sequence[Duty], post: str, entries: Sequence[Entry]) -> Spans | None:
    """The days on which a post may be used by whoever has these entries; None where nothing binds it."""
    mine = [duty for duty in binding if duty.post == post]
    if not mine:
        return None
    found = spans.ALWAYS
    for duty in mine:
        free = spans.complement([duty.days])
        found = spans.intersection(found, spans.union([*free, *_having(duty, entries)]))
    return found


def lacking(
    binding: Sequence[Duty], post: str, entries: Sequence[Entry], day: date
) -> tuple[Lack, ...]:
    """What whoever has these entries lacks for a post on a day, in the order of the duties."""
    found = []
    for duty in binding:
        if duty.post != post or spans.around([duty.days], day) is None:
            continue
        had = _having(duty, entries)
        if spans.around(had, day) is None:
            over = [until + _DAY for _, until in had if until < day]
            since = max([duty.days[0], *over])
            found.append(Lack(duty.kind, duty.subject, since, expired=bool(over)))
    return tuple(found)


def _having(duty: Duty, entries: Sequence[Entry]) -> Spans:
    return spans.union(
        one.days for one in entries if (one.kind, one.subject) == (duty.kind, duty.subject)
    )


def refreshers(entries: Sequence[Entry], day: date) -> list[Refresher]:
    """How each subject of the training stands on a day (定期适时培训): by when it is to be repeated."""
    rules = qualification_rules.shipped()
    found = []
    for subject in rules.subjects:
        done = [
            one.days[0]
            for one in entries
            if (one.kind, one.subject) == (TRAINING, subject) and one.days[0] <= day
        ]
        if not done:
            found.append(Refresher(subject, None, None, "missing"))
            continue
        last = max(done)
        due = months_later(last, rules.refresher_months.value)
        warned = due - timedelta(days=rules.refresher_warning_days.value)
        state: State = "overdue" if due < day else "soon" if warned <= day else "current"
        found.append(Refresher(subject, last, due, state))
    return found


def trains(binding: Sequence[Duty], day: date) -> bool:
    """Whether any post takes training on a day: before, nobody's refresher is overdue."""
    return any(d.kind == TRAINING and d.days[0] <= day <= d.days[1] for d in binding)


def months_later(day: date, months: int) -> date:
    """The same day some months later, or the last of that month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def deviations(session: Session, codes: Collection[str], day: date) -> list[Deviation]:
    """Who holds a post at these agencies on a day and lacks what it takes, by agency and staff number."""
    asked = (
        select(
            Account.account_id,
            Account.person_id,
            Account.staff_no,
            PostHolding.agency_code,
            PostHolding.post,
        )
        .join(Account, Account.account_id == PostHolding.account_id)
        .where(PostHolding.agency_code.in_(codes), posts.in_force(day), Account.active)
        .order_by(PostHolding.agency_code, Account.staff_no, PostHolding.post)
    )
    rows = session.execute(asked).all()
    qualified = of_persons(session, {row.person_id for row in rows})
    found = []
    # Who is appointed to a post twice deviates once.
    for row, _again in groupby(rows):
        lacks = qualified.lacking(row.person_id, row.post, day)
        if lacks:
            found.append(Deviation(row.account_id, row.staff_no, row.agency_code, row.post, lacks))
    return found
