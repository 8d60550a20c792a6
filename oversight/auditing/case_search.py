"""Searching cases as auditors do: by number, business, status, level, who signed, and day of acceptance."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select, union_all
from sqlalchemy.orm import Session

from authz.actors import Actor
from authz.offices import accounts
from authz.offices.accounts import Account
from database.clock import moment_text
from engine import views
from engine.queueing.queues import begins_with
from engine.record import Case
from engine.signoffs import SignOff
from oversight.auditing import scope
from oversight.auditing.scope import ALWAYS, PAGE, Days, Scope


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; None and no days look for everything. ``days`` are those of acceptance."""

    q: str | None = None
    process: str | None = None
    status: str | None = None
    staff_no: str | None = None
    risk_level: int | None = None
    person_id: str | None = None
    days: Days = ALWAYS


def search(
    session: Session, actor: Actor, wanted: Wanted, cursor: str | None = None
) -> dict[str, Any]:
    """A page of the auditor's cases, newest first, each with who accepted it and who signed last.

    ``q`` is the beginning of a case number, ``staff_no`` who accepted or signed. Three queries, however
    many cases there are. Raises Forbidden, DaysReversed.
    """
    reads = scope.of(session, actor)
    rows = session.execute(_newest(reads, _conditions(wanted, cursor))).scalars().all()
    shown = rows[:PAGE]
    accepted = accounts.staff_nos(session, {case.accepted_by for case in shown})
    last = _last_signers(session, shown)
    return {
        "items": [
            {
                **views.summary(case),
                "accepted_by": accepted[case.accepted_by],
                "sign_offs": case.sign_off_count,
                "last_signer": last.get((case.case_id, case.sign_off_count)),
                "finished_at": case.finished_at and moment_text(case.finished_at),
                "late_entry": case.paper_no is not None,
            }
            for case in shown
        ],
        "next_cursor": str(shown[-1].case_id) if len(rows) > PAGE else None,
    }


def _conditions(wanted: Wanted, cursor: str | None) -> list[ColumnElement[bool]]:
    found = [scope.before(Case.case_id, cursor), *wanted.days.hold(Case.accepted_at)]
    if wanted.q:
        found.append(begins_with(wanted.q))
    for column, value in (
        (Case.process, wanted.process),
        (Case.status, wanted.status),
        (Case.risk_level, wanted.risk_level),
        (Case.subject_id, wanted.person_id),
    ):
        if value is not None:
            found.append(column == value)
    if wanted.staff_no is not None:
        signed = select(SignOff.case_id).where(SignOff.signer == wanted.staff_no)
        accepted = select(Account.account_id).where(Account.staff_no == wanted.staff_no)
        found.append(or_(Case.case_id.in_(signed), Case.accepted_by.in_(accepted)))
    return found


def _newest(reads: Scope, wanted: list[ColumnElement[bool]]) -> Select[Case]:
    """Each agency's own newest, then the newest of those: nobody sorts all the cases there ever were."""
    newest = Case.case_id.desc()
    each = [
        select(
            select(Case.case_id)
            .where(Case.agency_code == code, *wanted)
            .order_by(newest)
            .limit(PAGE + 1)
            .subquery()
        )
        for code in reads.codes
    ]
    of_all = union_all(*each).subquery()
    ids = select(of_all.c.case_id).order_by(of_all.c.case_id.desc()).limit(PAGE + 1)
    return select(Case).where(Case.case_id.in_(ids)).order_by(newest)


def _last_signers(session: Session, shown: Sequence[Case]) -> dict[tuple[int, int], str]:
    found = session.execute(
        select(SignOff.case_id, SignOff.seq, SignOff.signer).where(
            SignOff.case_id.in_([case.case_id for case in shown])
        )
    )
    return {(case_id, seq): signer for case_id, seq, signer in found}
