"""Says which cases are verified together: some hundred, or fewer where they wrote much to the register."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.record import Case
from oversight.together import AT_ONCE
from register.ledger import RegisterPosting

# Rows of the register that one page may have, by the headers of its postings: an employer's list has
# thousands, and a page is held in memory. A header that lies costs memory, and is found like any other.
MOST_ROWS = 20_000


def all_cases(session: Session) -> Iterator[dict[int, str]]:
    """The numbers of all cases by their ids, page after page."""
    last = 0
    while page := after(session, last):
        yield page
        last = max(page)


def after(session: Session, last: int) -> dict[int, str]:
    """The page after this case; empty when there is none."""
    wrote = func.coalesce(
        select(func.sum(RegisterPosting.line_count + RegisterPosting.change_count))
        .where(RegisterPosting.case_no == Case.case_no)
        .scalar_subquery(),
        0,
    )
    asked = (
        select(Case.case_id, Case.case_no, wrote.label("wrote"))
        .where(Case.case_id > last)
        .order_by(Case.case_id)
        .limit(AT_ONCE)
    )
    page: dict[int, str] = {}
    rows = 0
    for row in session.execute(asked):
        rows += int(row.wrote)
        if page and rows > MOST_ROWS:
            break
        page[row.case_id] = row.case_no
    return page


def between(session: Session, first: int, last: int) -> dict[int, str]:
    """The cases from the one to the other, both included."""
    asked = select(Case.case_id, Case.case_no).where(Case.case_id.between(first, last))
    return {row.case_id: row.case_no for row in session.execute(asked.order_by(Case.case_id))}
