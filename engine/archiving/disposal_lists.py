"""Disposal lists (鉴定销毁清册) as they are read: how each stands, who said what of it, its files."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from authz.offices import accounts
from database.clock import moment_text
from database.refusals import NotFound
from engine.archiving.archive_record import (
    DisposalItem,
    DisposalList,
    DisposalStep,
    DisposalWitness,
)
from engine.archiving.destroyed import DestroyedFile
from engine.archiving.manifests import ArchiveManifest

PAGE = 50
OPEN, REJECTED, APPROVED, DESTROYED = "open", "rejected", "approved", "destroyed"
_AFTER = {"reject": REJECTED, "approve": APPROVED, "destroy": DESTROYED}


class DisposalNotFound(NotFound):
    """There is no such disposal list, or it is not of your archive."""

    rule = "disposal.not_found"


def lists(session: Session, codes: Sequence[str], cursor: str | None = None) -> dict[str, Any]:
    """A page of the disposal lists of these agencies, newest first; the caller checks who may see."""
    asked = select(DisposalList).where(DisposalList.agency_code.in_(codes))
    if cursor is not None:
        asked = asked.where(DisposalList.list_id < int(cursor))
    page = PAGE
    rows = list(
        session.execute(asked.order_by(DisposalList.list_id.desc()).limit(page + 1)).scalars()
    )
    return {
        "items": [_shown(session, row) for row in rows[:page]],
        "next_cursor": str(rows[page - 1].list_id) if len(rows) > page else None,
    }


def get(session: Session, codes: Sequence[str], list_id: int) -> dict[str, Any]:
    """One list with its files; the caller checks who may see. Raises DisposalNotFound."""
    row = session.get(DisposalList, list_id)
    if row is None or row.agency_code not in codes:
        raise DisposalNotFound
    files = [
        {
            "case_no": one.case_no,
            "year": one.year,
            "category": one.category,
            "process": one.process,
            "retention_years": one.retention_years,
            "digest": one.digest,
        }
        for one in manifests(session, list_id)
    ]
    return {**_shown(session, row), "files": files}


def manifests(session: Session, list_id: int) -> list[ArchiveManifest]:
    """The manifests of the files on a list, in its order."""
    asked = (
        select(ArchiveManifest)
        .join(DisposalItem, DisposalItem.case_id == ArchiveManifest.case_id)
        .where(DisposalItem.list_id == list_id)
        .order_by(DisposalItem.place)
    )
    return list(session.execute(asked).scalars())


def steps_of(session: Session, list_id: int) -> list[DisposalStep]:
    """What was said and done about a list, in order."""
    asked = select(DisposalStep).where(DisposalStep.list_id == list_id)
    return list(session.execute(asked.order_by(DisposalStep.seq)).scalars())


def witnesses_of(session: Session, list_id: int) -> list[DisposalWitness]:
    """Who said that he watches a list being carried out, in order."""
    asked = select(DisposalWitness).where(DisposalWitness.list_id == list_id)
    order = (DisposalWitness.at, DisposalWitness.person_id)
    return list(session.execute(asked.order_by(*order)).scalars())


def status(steps: Sequence[DisposalStep]) -> str:
    """How a list stands after these steps."""
    return next((_AFTER[one.kind] for one in reversed(steps) if one.kind in _AFTER), OPEN)


def _shown(session: Session, row: DisposalList) -> dict[str, Any]:
    steps = steps_of(session, row.list_id)
    destroyed = select(func.count()).where(DestroyedFile.list_id == row.list_id)
    return {
        "list_id": row.list_id,
        "agency": row.agency_code,
        "cases": row.cases,
        "digest": row.digest,
        "made_by": accounts.identify(session, row.made_by)["staff_no"],
        "made_at": moment_text(row.made_at),
        "status": status(steps),
        "opinions": sum(one.kind == "appraise" for one in steps),
        "scans_destroyed": session.execute(destroyed).scalar_one(),
        "steps": [
            {
                "kind": one.kind,
                "opinion": one.opinion,
                "by": accounts.identify(session, one.account_id)["staff_no"],
                "at": moment_text(one.at),
            }
            for one in steps
        ],
        "witnesses": [
            {
                "by": accounts.identify(session, one.account_id)["staff_no"],
                "at": moment_text(one.at),
            }
            for one in witnesses_of(session, row.list_id)
        ],
    }
