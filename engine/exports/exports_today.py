"""What was taken out as files today, by whom, and how much of the day's limit is left (导出限额).

Internal control sees everybody it looks after, with the permits it gave; anybody else sees himself.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.offices import accounts, agencies, posts
from authz.offices.accounts import Account
from authz.offices.posts import PostHolding
from database import clock
from engine.exports import export_limits
from engine.exports.export_record import Export, ExportPermit
from engine.exports.exporting import PERMIT

# The newest of the day: whoever looks for older ones finds them in the auditors' list.
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One person's day: the post whose limit counts, rows about people taken, rows permitted besides."""

    staff_no: str
    name: str
    agency: str
    post: str | None
    limit: int
    permitted: int
    taken: int

    @property
    def left(self) -> int:
        """How many rows about people he may still take out today."""
        return max(self.limit + self.permitted - self.taken, 0)


@dataclass(frozen=True, slots=True)
class Today:
    """The day's lines by post, its newest files, its permits; and who may permit more.

    ``may_permit`` is whether it is internal control that looks; nobody else is shown others.
    """

    lines: Sequence[Line]
    files: Sequence[tuple[Export, str]]
    permits: Sequence[tuple[ExportPermit, str, str]]
    may_permit: bool
    who_can: Sequence[Mapping[str, Any]]


def read(session: Session, actor: Actor) -> Today:
    """The day as far as it is the reader's to see."""
    act = Act(PERMIT, agency=actor.agency)
    may_permit = decisions.may(session, actor, act) is not None
    today = clock.today(session)
    taken, permitted = Export.day == today, ExportPermit.day == today
    if may_permit:
        within = agencies.tree(session).within(actor.agency)
        taken &= Export.agency_code.in_(within)
        permitted &= ExportPermit.agency_code.in_(within)
    else:
        taken &= Export.account_id == actor.account_id
        permitted &= ExportPermit.account_id == actor.account_id
    return Today(
        lines=_lines(session, taken, permitted, () if may_permit else (actor.account_id,)),
        files=_files(session, taken),
        permits=_permits(session, permitted),
        may_permit=may_permit,
        who_can=decisions.who_can(session, act),
    )


def _lines(
    session: Session,
    taken: ColumnElement[bool],
    permitted: ColumnElement[bool],
    always: Collection[int],
) -> list[Line]:
    rows = _sums(session, Export.account_id, Export.personal_rows, taken)
    more = _sums(session, ExportPermit.account_id, ExportPermit.more_rows, permitted)
    who = {*rows, *more, *always}
    held: dict[int, set[str]] = {account: set() for account in who}
    asked = select(PostHolding.account_id, PostHolding.post).where(
        PostHolding.account_id.in_(who), posts.in_force(clock.today(session))
    )
    for holder, holding in session.execute(asked):
        held[holder].add(holding)
    named = select(Account.account_id, Account.staff_no, Account.name, Account.agency_code)
    limits = export_limits.shipped()
    found = []
    for account, staff_no, name, agency in session.execute(
        named.where(Account.account_id.in_(who))
    ):
        post, limit = limits.counting(posts.in_order(held[account]))
        sums = (more.get(account, 0), rows.get(account, 0))
        found.append(Line(staff_no, name, agency, post, limit, *sums))
    order = {post: place for place, post in enumerate(posts.POSTS)}
    return sorted(found, key=lambda line: (order.get(line.post or "", -1), line.staff_no))


def _sums(session: Session, whose: Any, rows: Any, which: ColumnElement[bool]) -> dict[int, int]:
    summed = select(whose, func.sum(rows)).where(which).group_by(whose)
    return {account: int(total) for account, total in session.execute(summed)}


def _files(session: Session, which: ColumnElement[bool]) -> list[tuple[Export, str]]:
    newest = select(Export).where(which).order_by(Export.at.desc(), Export.number.desc())
    found = session.execute(newest.limit(SHOWN)).scalars().all()
    whose = accounts.staff_nos(session, {one.account_id for one in found})
    return [(one, whose[one.account_id]) for one in found]


def _permits(session: Session, which: ColumnElement[bool]) -> list[tuple[ExportPermit, str, str]]:
    newest = select(ExportPermit).where(which).order_by(ExportPermit.permit_id.desc())
    found = session.execute(newest.limit(SHOWN)).scalars().all()
    names = accounts.staff_nos(
        session, {account for one in found for account in (one.account_id, one.permitted_by)}
    )
    return [(one, names[one.account_id], names[one.permitted_by]) for one in found]
