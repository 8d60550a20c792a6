"""Rows that can't even be read: a sealed field that doesn't open, JSON that is none, a broken moment.

An edit that spoils a row must end in a finding, never in an exception that stops the verification of
everything else. What can't be read is looked for field by field, and only then: a clean record is
read once.
"""

from collections.abc import Iterator
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from database.declarative import Base
from database.refusals import InvariantBroken, Refusal
from oversight.findings import Finding, Findings

# What reading or recomputing a row can raise once somebody has written anything at all into it.
SPOILED = (InvariantBroken, Refusal, ValueError, LookupError, TypeError, AttributeError)

Row = TypeVar("Row", bound=Base)


def rows(
    session: Session,
    model: type[Row],
    where: ColumnElement[bool],
    named_by: InstrumentedAttribute[Any],
    most: int | None = None,
) -> list[Row] | None:
    """The rows (the first ``most``) in the order of what names them, or None where one can't be read."""
    asked = select(model).where(where).order_by(named_by).limit(most)
    try:
        return list(session.execute(asked).scalars())
    except SPOILED:
        return None


def located(
    session: Session,
    case_no: str,
    model: type[Base],
    where: ColumnElement[bool],
    named_by: InstrumentedAttribute[Any],
    most: int | None = None,
) -> Findings:
    """Every field of these rows that can't be read, each by itself."""
    table = Base.metadata.tables[model.__tablename__]
    keys = list(table.primary_key.columns)
    asked = select(named_by, *keys).where(where).order_by(named_by).limit(most)
    for found in session.execute(asked).all():
        row = f"{table.name}#{found[0]}"
        this = [column == value for column, value in zip(keys, found[1:], strict=True)]
        for column in table.columns:
            try:
                session.execute(select(column).where(*this)).all()
            except SPOILED:
                yield Finding(case_no, row, column.name, "record.unreadable")


def guarded(case_no: str, row: str, findings: Findings) -> Iterator[Finding]:
    """These findings; what spoiled rows make fall over ends in a finding of its own."""
    try:
        yield from findings
    except SPOILED as failed:
        # Only texts of our own making are passed on: another one may quote what a row holds.
        said = str(failed) if isinstance(failed, InvariantBroken) else type(failed).__name__
        yield Finding(case_no, row, "", "record.impossible", said, None)
