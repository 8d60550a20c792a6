"""An employer's cases that have not ended: they must be finished before it may leave the register."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from database import wall
from engine.record import OPEN_STATUSES, Case
from register.deferred import DeferredSequence, within


def now(
    session: Session, subject_id: str, *, except_for: str | None = None
) -> DeferredSequence[str]:
    """The numbers of the open cases about a subject but one's own, read when somebody asks."""
    asked = (
        select(Case.case_no)
        .where(Case.subject_id == subject_id, Case.status.in_(OPEN_STATUSES))
        .order_by(Case.case_id)
    )

    def read() -> tuple[str, ...]:
        # An employer may have business at several agencies: all of it is to be finished.
        with wall.whole(session):
            found = session.execute(asked).scalars().all()
        return tuple(number for number in found if number != except_for)

    return DeferredSequence(within(session, read))


def then(
    session: Session, subject_id: str, at: datetime, *, except_for: str
) -> DeferredSequence[str]:
    """As ``now`` at a moment that has passed.

    Of two cases of one moment it isn't said which came first: such a one counts as not begun.
    """

    def read() -> tuple[str, ...]:
        asked = (
            select(Case.case_no)
            .where(
                Case.subject_id == subject_id,
                Case.case_no != except_for,
                Case.accepted_at < at,
                or_(Case.finished_at.is_(None), Case.finished_at > at),
            )
            .order_by(Case.case_id)
        )
        with wall.whole(session):
            return tuple(session.execute(asked).scalars())

    return DeferredSequence(within(session, read))
