"""Outcomes in writing: which paper each end of a case takes, and that none ends without its own.

Source: GB/T 27768-2011 7.2.4; 宁社保发[2014]24号 附2 五(三). A trigger of the database asks for them too.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from database.refusals import InvariantBroken
from engine.record import Case

WRITTEN: Mapping[str, str] = {"completed": "receipt", "refused": "denial"}


def require(case: Case, issued: Collection[str], now: datetime) -> None:
    """Raise InvariantBroken where a command ends a case and did not fix the paper that says so."""
    paper = WRITTEN.get(case.status)
    if paper is not None and case.finished_at == now and paper not in issued:
        raise InvariantBroken(f"case {case.case_no} would be {case.status} without its {paper}")
