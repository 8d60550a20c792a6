"""Thirty days at an office: what was accepted and ended day by day, late entries, and notices' faults."""

from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from database.declarative import table_of
from engine.boards.board_day import refusals
from engine.boards.board_scope import CASES, DAYS, Scope, office_day
from engine.late_entry.paper_record import PaperEntry
from engine.one_notice import faults
from engine.one_notice.notice_record import CaseNotice
from engine.record import FINAL_STATUSES
from engine.window_refusals import WindowRefusal

# What a late entry says whose number was not reserved, and that names no code.
NO_CODE = "other"
_NOTICES, _PAPERS = table_of(CaseNotice), table_of(PaperEntry)
_REFUSALS = table_of(WindowRefusal)


def trend(session: Session, scope: Scope) -> list[dict[str, Any]]:
    """Each of the thirty days, the earliest first; counted as ``board_day.windows`` counts a day."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    day = office_day(session, CASES.c.accepted_at)
    accepted = select(day, func.count()).where(scope.business(), scope.of_days(CASES.c.accepted_at))
    for at, count in session.execute(accepted.group_by(day)):
        found[str(at)[:10]]["accepted"] = count
    day = office_day(session, CASES.c.finished_at)
    ended = select(day, CASES.c.status, func.count()).where(
        scope.business(), scope.of_days(CASES.c.finished_at)
    )
    for at, status, count in session.execute(ended.group_by(day, CASES.c.status)):
        found[str(at)[:10]][status] = count
    day = office_day(session, _REFUSALS.c.refused_at)
    turned = select(day, func.count()).where(refusals(scope), scope.of_days(_REFUSALS.c.refused_at))
    for at, count in session.execute(turned.group_by(day)):
        found[str(at)[:10]]["turned_away"] = count
    days = [(scope.first + timedelta(days=step)).isoformat() for step in range(DAYS)]
    counted = ("accepted", *FINAL_STATUSES, "turned_away")
    return [{"day": one, **{what: found[one][what] for what in counted}} for one in days]


def late_entries(session: Session, scope: Scope) -> dict[str, Any]:
    """Cases entered from paper: on the day, in the thirty days, and these by the coded reason."""
    said = func.coalesce(_PAPERS.c.code, NO_CODE)
    of_office = (
        select(said, func.count())
        .join(CASES, CASES.c.case_no == _PAPERS.c.case_no)
        .where(_PAPERS.c.agency_code == scope.agency, scope.served())
        .group_by(said)
    )
    by_code = session.execute(of_office.where(scope.of_days(_PAPERS.c.entered_at))).all()
    of_day = session.execute(of_office.where(scope.of_day(_PAPERS.c.entered_at))).all()
    return {
        "day": sum(count for _, count in of_day),
        "days": sum(count for _, count in by_code),
        "by_code": [{"code": code, "count": count} for code, count in sorted(map(tuple, by_code))],
    }


def notices(session: Session, scope: Scope) -> dict[str, Any]:
    """Notices to applicants in the thirty days, how many came late, and what they named, by its reason.

    ``late`` are the violations of 一次性告知 (``notice_list``). ``faults`` are the commonest first.
    """
    given = (
        select(_NOTICES.c["items"], _NOTICES.c.late_count)
        .join(CASES, CASES.c.case_id == _NOTICES.c.case_id)
        .where(
            scope.of_days(_NOTICES.c.issued_at),
            # Not by the agency's index: without statistics SQLite would go through all its cases.
            func.coalesce(CASES.c.agency_code, "") == scope.agency,
            scope.served(),
        )
    )
    rows = session.execute(given).all()
    counted = Counter((item["kind"], item["reason"]) for items, _ in rows for item in items)
    ordered = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    return {
        "notices": len(rows),
        "late": sum(late > 0 for _, late in rows),
        "faults": [_fault(kind, reason, count) for (kind, reason), count in ordered],
    }


def _fault(kind: str, reason: str, count: int) -> dict[str, Any]:
    names = faults.reason(kind, reason)
    return {"kind": kind, "reason": reason, "zh": names.zh, "en": names.en, "count": count}
