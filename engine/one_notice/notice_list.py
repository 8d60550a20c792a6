"""The notices of a case, and those that came late: the list of violations of 一次性告知, with counts.

A late notice is counted whatever its reason: the reason says whether the office or the world was at fault.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.offices import accounts, agencies
from database.clock import moment_text
from engine.one_notice import notice_permits
from engine.one_notice.notice_record import CaseNotice, NoticePermit
from engine.process import Names
from engine.record import Case

READ = "read_notices"
RULE = "notice.second"
PAGE = 50


def of_case(session: Session, case_id: int) -> list[dict[str, Any]]:
    """The notices of a case, in order, as answers show them."""
    asked = select(CaseNotice).where(CaseNotice.case_id == case_id).order_by(CaseNotice.seq)
    return [_shown(session, row) for row in session.execute(asked).scalars().all()]


def late(session: Session, actor: Actor, cursor: str | None = None) -> dict[str, Any]:
    """A page of late notices of one's agency and its subordinates, newest first, and how many there are.

    ``counts`` are over all of them, by agency, by who gave the notice and by the reason that was signed.
    Raises Forbidden.
    """
    decisions.require(session, actor, Act(READ, agency=actor.agency))
    below = agencies.below(session, actor.agency)
    mine = (
        select(CaseNotice, NoticePermit, Case.case_no, Case.agency_code)
        .join(Case, Case.case_id == CaseNotice.case_id)
        .join(NoticePermit, NoticePermit.permit_id == CaseNotice.permit_id)
        .where(CaseNotice.late_count > 0, Case.agency_code.in_(below))
    )
    asked = mine if cursor is None else mine.where(CaseNotice.notice_id < int(cursor))
    newest = asked.order_by(CaseNotice.notice_id.desc()).limit(PAGE + 1)
    found = session.execute(newest).all()
    rows = found[:PAGE]
    return {
        "items": [
            {
                "rule": RULE,
                "case_no": case_no,
                "agency": agency,
                **_shown(session, notice),
                "permit": notice_permits.shown(permit),
            }
            for notice, permit, case_no, agency in rows
        ],
        "counts": _counts(session, below),
        "next_cursor": str(rows[-1][0].notice_id) if len(found) > PAGE else None,
    }


def _counts(session: Session, below: Sequence[str]) -> list[dict[str, Any]]:
    counted = (
        select(
            Case.agency_code,
            CaseNotice.issued_by,
            NoticePermit.reason,
            func.count(),
            func.sum(CaseNotice.late_count),
        )
        .join(Case, Case.case_id == CaseNotice.case_id)
        .join(NoticePermit, NoticePermit.permit_id == CaseNotice.permit_id)
        .where(CaseNotice.late_count > 0, Case.agency_code.in_(below))
        .group_by(Case.agency_code, CaseNotice.issued_by, NoticePermit.reason)
        .order_by(Case.agency_code, CaseNotice.issued_by, NoticePermit.reason)
    )
    return [
        {
            "agency": agency,
            "staff_no": accounts.identify(session, issued_by)["staff_no"],
            "reason": _reason(reason),
            "notices": int(notices),
            "items": int(items),
        }
        for agency, issued_by, reason, notices, items in session.execute(counted).all()
    ]


def _reason(code: str) -> dict[str, str]:
    names = notice_permits.REASONS.get(code) or Names(code, code)
    return {"code": code, "zh": names.zh, "en": names.en}


def _shown(session: Session, row: CaseNotice) -> dict[str, Any]:
    return {
        "number": row.number,
        "cycle": row.cycle,
        "named": row.items,
        "late": row.late,
        "issued_by": accounts.identify(session, row.issued_by)["staff_no"],
        "issued_at": moment_text(row.issued_at),
    }
