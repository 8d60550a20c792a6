"""Checks cases entered from paper against the register of paper: each names the number it came from."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.late_entry.paper_record import PaperEntry
from engine.record import Case
from oversight.findings import Findings, differs


def check(session: Session) -> Findings:
    """Every case of the register names its paper; altered rows of the register ``office_rows`` finds."""
    asked = select(PaperEntry.paper_no, Case.case_no, Case.paper_no.label("said")).join(
        Case, Case.case_no == PaperEntry.case_no
    )
    for row in session.execute(asked.order_by(PaperEntry.entry_id)):
        pair = (row.said, row.paper_no)
        yield from differs(row.case_no, "cases", "paper_no", "late_entry.paper", pair)
