"""Applications for grants that are under way, as the register lists them before its entries."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz.actors import Actor
from authz.offices import agencies
from authz.offices.accounts import Account
from engine.grants.grant_entries import CODE
from engine.record import OPEN_STATUSES, Case, CaseContent

# More applications than this nobody has on his table; the list of cases has them all.
SHOWN = 200


def under_way(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """The open applications of the reader's agency and its subordinates, newest first.

    The callers have required the right to read the register. Each line is shaped like an entry's.
    """
    found = (
        select(Case.case_no, Case.status, CaseContent.form, Account.staff_no)
        .join(
            CaseContent,
            (CaseContent.case_id == Case.case_id) & (CaseContent.cycle == Case.cycle),
        )
        .join(Account, Account.account_id == Case.accepted_by)
        .where(
            Case.agency_code.in_(agencies.below(session, actor.agency)),
            Case.status.in_(OPEN_STATUSES),
            Case.process == CODE,
        )
        .order_by(Case.case_id.desc())
        .limit(SHOWN)
    )
    return [line(*row) for row in session.execute(found)]


def line(case_no: str, status: str, form: dict[str, Any], applied_by: str) -> dict[str, Any]:
    """An application in the words of the register."""
    said = {name: value for name, value in form.items() if name != "handling"}
    return {
        "grant_id": None,
        "case_no": case_no,
        "status": status,
        **said,
        "class": form["handling"],
        "applied_by": applied_by,
        "granted_by": None,
        "granted_at": None,
        "revoked_at": None,
        "revocation_reason": None,
    }


def applicants(session: Session, case_nos: Sequence[str]) -> dict[str, str]:
    """Who applied, by the numbers of the cases."""
    found = (
        select(Case.case_no, Account.staff_no)
        .join(Account, Account.account_id == Case.accepted_by)
        .where(Case.case_no.in_(case_nos))
    )
    return {row.case_no: row.staff_no for row in session.execute(found)}
