"""What runs out when (资格到期): who lacks what his post takes, whose training and certificates end soon.

A refresher that is overdue takes no right away; it keeps new grants from his person until he repeats it.
"""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz import decisions, spans
from authz.actors import Actor
from authz.acts import Act
from authz.offices import agencies, posts
from authz.offices.accounts import Account
from authz.offices.posts import PostHolding
from authz.qualifying import qualification_record, qualification_rules, qualifications
from authz.qualifying.qualification_record import TRAINING
from authz.qualifying.qualifications import Qualified
from authz.qualifying.training import READ
from database import clock

SHOWN = 200
_DAY = timedelta(days=1)
# In the order of how much it matters.
MISSING, EXPIRED, ENDS, OVERDUE, DUE = "missing", "expired", "ends", "overdue", "due"
_RANK = (MISSING, EXPIRED, OVERDUE, ENDS, DUE)

Line = dict[str, Any]


def read(session: Session, actor: Actor) -> list[Line]:
    """One's own agency's people and those below: ``{staff_no, agency, post, kind, subject, state, on}``.

    ``on`` is since when it is missing or over, or from when it will be. Raises Forbidden.
    """
    decisions.require(session, actor, Act(READ, agency=actor.agency))
    codes = agencies.below(session, actor.agency)
    return of_agencies(session, codes, clock.today(session))


def of_agencies(session: Session, codes: Collection[str], today: date) -> list[Line]:
    """The same of some agencies, the worst first."""
    asked = (
        select(
            Account.person_id,
            Account.staff_no,
            Account.name,
            PostHolding.agency_code,
            PostHolding.post,
        )
        .join(Account, Account.account_id == PostHolding.account_id)
        .where(PostHolding.agency_code.in_(codes), posts.in_force(today), Account.active)
        .distinct()
    )
    rows = session.execute(asked).all()
    qualified = qualifications.of_persons(session, {row.person_id for row in rows})
    lines = [
        {
            "staff_no": row.staff_no,
            "name": row.name,
            "agency": row.agency_code,
            "post": row.post,
            "kind": kind,
            "subject": subject,
            "title": title(kind, subject),
            "state": state,
            "on": on.isoformat(),
        }
        for row in rows
        for kind, subject, state, on in _of_holding(qualified, row, today)
    ]
    lines.sort(key=lambda one: (_RANK.index(one["state"]), one["on"], one["staff_no"], one["post"]))
    return lines[:SHOWN]


def title(kind: str, subject: str) -> dict[str, str]:
    """What a subject or certificate is called."""
    names = qualification_rules.named(kind, subject)
    return {"zh": names.zh, "en": names.en}


def duties(session: Session, actor: Actor) -> list[Line]:
    """What posts take, as it was last entered: ``{post, kind, subject, title, from, to, basis}``.

    Raises Forbidden.
    """
    decisions.require(session, actor, Act(READ, agency=actor.agency))
    return [
        {
            "duty_id": row.duty_id,
            "post": row.post,
            "kind": row.kind,
            "subject": row.subject,
            "title": title(row.kind, row.subject),
            "from": row.binds_from.isoformat(),
            "to": row.binds_to and row.binds_to.isoformat(),
            "basis": row.basis,
        }
        for row in qualification_record.duties(session)
    ]


def _of_holding(
    qualified: Qualified, row: Any, today: date
) -> Iterator[tuple[str, str, str, date]]:
    mine = [duty for duty in qualified.duties if duty.post == row.post]
    lacks = qualified.lacking(row.person_id, row.post, today)
    for one in lacks:
        yield one.kind, one.subject, EXPIRED if one.expired else MISSING, one.since
    yield from _ending(qualified, row, today)
    if any(duty.kind == TRAINING for duty in mine):
        entries = qualified.entries.get(row.person_id, ())
        for again in qualifications.refreshers(entries, today):
            if again.due_on is not None and again.state in ("overdue", "soon"):
                state = OVERDUE if again.state == "overdue" else DUE
                yield TRAINING, again.subject, state, again.due_on


def _ending(qualified: Qualified, row: Any, today: date) -> Iterator[tuple[str, str, str, date]]:
    """What he has today and will lack within the days of warning; a duty that begins counts as well."""
    warned = today + timedelta(days=qualification_rules.shipped().refresher_warning_days.value)
    lacked = {(o.kind, o.subject) for o in qualified.lacking(row.person_id, row.post, today)}
    for duty in qualified.duties:
        named = (duty.kind, duty.subject)
        if duty.post != row.post or named in lacked:
            continue
        had = [e.days for e in qualified.entries.get(row.person_id, ()) if _is(e, named)]
        free = spans.union([*had, *spans.complement([duty.days])])
        now = spans.around(free, today)
        if now is not None and now[1] < warned:
            yield *named, ENDS, now[1] + _DAY


def _is(entry: qualifications.Entry, named: tuple[str, str]) -> bool:
    return (entry.kind, entry.subject) == named
