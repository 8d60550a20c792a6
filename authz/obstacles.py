"""The row that stands in the way of an act, and since when: what a refusal tells beside its rule.

Read when something is refused, never to decide. Numbers and days alone: nothing that tells of a person.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from authz.absence import absence_record
from authz.absence.absence_record import DeskPause, DeskPauseEnd, Leave
from authz.offices.posts import PostHolding
from authz.personnel import relative_record
from authz.personnel.relative_record import Relative, RelativeEnd
from database.clock import moment_text

Facts = dict[str, Any]


def leave(session: Session, person_id: int, today: date) -> Facts:
    """The leave that counts today: ``leave_id``, ``since`` and ``until``."""
    asked = select(Leave.leave_id, Leave.valid_from, Leave.valid_to).where(
        Leave.person_id == person_id,
        Leave.valid_from <= today,
        Leave.valid_to >= today,
        absence_record.counts(),
    )
    found = session.execute(asked.order_by(Leave.leave_id).limit(1)).first()
    if found is None:
        return {}
    since, until = found.valid_from.isoformat(), found.valid_to.isoformat()
    return {"leave_id": found.leave_id, "since": since, "until": until}


def pause(session: Session, person_id: int) -> Facts:
    """The desk that was left: ``pause_id``, and since when that counts as away."""
    asked = (
        select(DeskPause.pause_id, DeskPause.away_from)
        .outerjoin(DeskPauseEnd, DeskPauseEnd.pause_id == DeskPause.pause_id)
        .where(DeskPause.person_id == person_id, DeskPauseEnd.end_id.is_(None))
        .order_by(DeskPause.pause_id.desc())
        .limit(1)
    )
    found = session.execute(asked).first()
    if found is None:
        return {}
    return {"pause_id": found.pause_id, "since": moment_text(found.away_from)}


def post_ended(session: Session, account_id: int, posts: Collection[str], today: date) -> Facts:
    """Of somebody who held one of these posts: the newest that is over, ``appointment_id`` and ``since``."""
    asked = (
        select(PostHolding)
        .where(
            PostHolding.account_id == account_id,
            PostHolding.post.in_(posts),
            or_(PostHolding.revoked_at.is_not(None), PostHolding.valid_to < today),
        )
        .order_by(PostHolding.holding_id.desc())
        .limit(1)
    )
    found = session.execute(asked).scalar_one_or_none()
    if found is None:
        return {}
    if found.revoked_at is not None:
        since = moment_text(found.revoked_at)
    else:
        since = "" if found.valid_to is None else found.valid_to.isoformat()
    return {"appointment_id": found.holding_id, "since": since}


def relatives(session: Session, person_id: int, today: date) -> Facts:
    """The declarations of relatives that count today, each with since when."""
    asked = (
        select(Relative.declaration_id, Relative.valid_from)
        .outerjoin(RelativeEnd, RelativeEnd.declaration_id == Relative.declaration_id)
        .where(Relative.person_id == person_id, relative_record.in_force(today))
        .order_by(Relative.declaration_id)
    )
    declared = [
        {"declaration_id": number, "since": since.isoformat()}
        for number, since in session.execute(asked)
    ]
    return {"declarations": declared}
