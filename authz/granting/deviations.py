"""Who may do otherwise than the others of his post (差异报告): each personal grant in force, and why.

Source: 陕社保发[2016]27号 §10: tellers of an agency accept the same and may do the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.granting import grant_record
from authz.granting.grant_record import Grant
from authz.offices import agencies
from authz.offices.accounts import Account
from database import clock

# A report that is longer than this is no report of exceptions.
SHOWN = 500


@dataclass(frozen=True, slots=True)
class Deviation:
    """One person's grant beside what his post has."""

    grant: Grant
    staff_no: str
    name: str


def read(session: Session, actor: Actor, most: int | None = SHOWN) -> Sequence[Deviation]:
    """The deviations of the reader's agency and its subordinates, by staff number; all without ``most``.

    Raises Forbidden for posts that don't read the grant register.
    """
    decisions.require(session, actor, Act("read_grants", agency=actor.agency))
    found = (
        select(Grant, Account.staff_no, Account.name)
        .join(Account, Account.account_id == Grant.account_id)
        .where(
            Grant.agency_code.in_(agencies.tree(session).within(actor.agency)),
            Account.active,
            grant_record.holds(clock.today(session)),
        )
        .order_by(Account.staff_no, Grant.grant_id)
        .limit(most)
    )
    return [Deviation(*row) for row in session.execute(found)]
