"""Requests for erasures as they are read: whose, how each stands, what is left to do, what stays."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.offices import accounts, agencies
from database import wall
from database.clock import moment_text
from engine.archiving.destroyed import ErasedFile
from engine.erasure import erasable
from engine.erasure.erasing import APPROVE, ASK, ErasureNotFound
from engine.erasure.erasure_record import Erasure, ErasureRequest
from engine.record import Case

PAGE = 20
WAITING, REJECTED, DONE = "waiting", "rejected", "erased"


def page(session: Session, actor: Actor, cursor: str | None = None) -> dict[str, Any]:
    """A page of the requests that somebody may ask for or decide on, newest first. Raises Forbidden."""
    _require(session, actor)
    codes = agencies.tree(session).within(actor.agency)
    asked = select(ErasureRequest).where(ErasureRequest.agency_code.in_(codes))
    if cursor is not None:
        asked = asked.where(ErasureRequest.request_id < int(cursor))
    asked = asked.order_by(ErasureRequest.request_id.desc()).limit(PAGE + 1)
    rows = list(session.execute(asked).scalars())
    return {
        "items": [_shown(session, row) for row in rows[:PAGE]],
        "next_cursor": str(rows[PAGE - 1].request_id) if len(rows) > PAGE else None,
    }


def one(session: Session, request_id: int) -> dict[str, Any]:
    """One request; the caller checks who may see. Raises ErasureNotFound."""
    row = session.get(ErasureRequest, request_id)
    if row is None:
        raise ErasureNotFound
    return _shown(session, row)


def whole(session: Session, actor: Actor, request_id: int) -> dict[str, Any]:
    """One request for somebody who may ask or decide, with ``rows_held``: his rows by table.

    Raises Forbidden, ErasureNotFound.
    """
    _require(session, actor)
    row = session.get(ErasureRequest, request_id)
    if row is None or row.agency_code not in agencies.tree(session).within(actor.agency):
        raise ErasureNotFound
    with wall.whole(session):
        held = erasable.held(session, row.person_id)
    return {**_shown(session, row), "rows_held": held}


def person_named(session: Session, number: str) -> str:
    """The person whom a case of this number is about; anything else is his number in the register itself."""
    asked = select(Case.subject_id).where(Case.case_no == number, Case.subject_kind == "person")
    return session.execute(asked).scalar_one_or_none() or number


def _require(session: Session, actor: Actor) -> None:
    if decisions.may(session, actor, Act(APPROVE, agency=actor.agency)) is None:
        decisions.require(session, actor, Act(ASK, agency=actor.agency))


def _shown(session: Session, row: ErasureRequest) -> dict[str, Any]:
    decided = session.get(Erasure, row.request_id)
    gone = select(func.count()).where(ErasedFile.request_id == row.request_id)
    waits = decided is None
    # Another agency's cases may be about him, or name him.
    with wall.whole(session):
        left = erasable.elsewhere(session, row.person_id, row.key_id) if waits else {}
        remains = erasable.named_by(session, row.person_id)
    return {
        "request_id": row.request_id,
        "agency": row.agency_code,
        "person_id": row.person_id,
        "basis": row.basis,
        "reason": row.reason,
        "asked_by": accounts.identify(session, row.asked_by)["staff_no"],
        "asked_at": moment_text(row.asked_at),
        "status": _status(decided),
        "opinion": decided and decided.opinion,
        "decided_by": decided and accounts.identify(session, decided.decided_by)["staff_no"],
        "decided_at": decided and moment_text(decided.decided_at),
        "scans_erased": session.execute(gone).scalar_one(),
        "rows_left": left,
        "remains_in": remains,
    }


def _status(decided: Erasure | None) -> str:
    if decided is None:
        return WAITING
    return DONE if decided.agreed else REJECTED
