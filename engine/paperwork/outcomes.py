"""Outcomes in writing: which paper each end of a case takes, and that none ends without its own.

Source: GB/T 27768-2011 7.2.4; 宁社保发[2014]24号 附2 五(三). A trigger of the database asks for them too.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from database.refusals import InvariantBroken
from engine.record import AGENCY, Case

WRITTEN: Mapping[str, str] = {"completed": "receipt", "refused": "denial"}


def paper(case: Case) -> str | None:
    """The paper that says how a case ended; none while it goes on, nor where no applicant is to be told."""
    return None if case.subject_kind == AGENCY else WRITTEN.get(case.status)


def require(case: Case, issued: Collection[str], now: datetime) -> None:
    """Raise InvariantBroken where a command ends a case and did not fix the paper that says so."""
    due = paper(case)
    if due is not None and case.finished_at == now and due not in issued:
        raise InvariantBroken(f"case {case.case_no} would be {case.status} without its {due}")
