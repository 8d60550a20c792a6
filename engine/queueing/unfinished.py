"""The open cases that one teller accepted: what his window has not brought to an end yet."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz.actors import Actor
from engine import views
from engine.record import OPEN_STATUSES, Case

SHOWN = 8


def accepted_by(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """His open cases, the nearest due day first, at most SHOWN."""
    # His own first, of which an index holds those that go on: neither all he ever accepted nor all that
    # is open at his agency is gone through for them.
    mine = (
        select(Case.case_id)
        .where(Case.accepted_by == actor.account_id, Case.finished_at.is_(None))
        .correlate(None)
    )
    found = session.execute(
        select(Case)
        .where(
            Case.agency_code == actor.agency,
            Case.status.in_(OPEN_STATUSES),
            Case.case_id.in_(mine),
        )
        .order_by(Case.due_on, Case.case_id)
        .limit(SHOWN)
    ).scalars()
    return [views.summary(case) for case in found]


def awaits_correction(session: Session, case_no: str) -> bool:
    """Whether a case waits for materials or a correction: what was begun of it is still worth something."""
    status = session.execute(
        select(Case.status).where(Case.case_no == case_no)
    ).scalar_one_or_none()
    return status in ("awaiting_materials", "returned")
