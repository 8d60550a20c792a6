"""Uploaded lists of employees: kept sealed for the case that will name them, and put into its form.

A list is no record until a case has taken it in: the case's own content then holds every row, so signatures,
evidence and verification need nothing from here. What no case took is removed after thirty days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, String, delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from database import clock, digest
from database.columns import SealedJson, UtcDateTime
from database.declarative import Base
from database.refusals import Invalid, NotFound
from engine import subjects
from engine.defining.definition import Definition
from engine.employee_lists import EmployeeList, Problem
from engine.process import Form
from engine.subjects import Concern
from register import rosters
from register.records import Records

KEPT = timedelta(days=30)


class StoredList(Base):
    """A list as it was read from a file: rows by field, and what is wrong with which of them.

    ``lines`` are the file's own numbers of the rows, ``totals`` what it adds up to, for the preview.
    """

    __tablename__ = "employee_lists"
    __table_args__ = (Index(None, "stored_at"),)

    list_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    process: Mapped[str] = mapped_column(String(40))
    employer_id: Mapped[str] = mapped_column(ForeignKey("employers.employer_id"))
    stored_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)
    row_count: Mapped[int]
    wrong_count: Mapped[int]
    rows: Mapped[list[dict[str, Any]]] = mapped_column(SealedJson("employee_lists.rows"))
    lines: Mapped[list[int]] = mapped_column(SealedJson("employee_lists.lines"))
    problems: Mapped[list[dict[str, Any]]] = mapped_column(SealedJson("employee_lists.problems"))
    totals: Mapped[dict[str, Any]] = mapped_column(SealedJson("employee_lists.totals"))


class ListNotFound(NotFound):
    """There is no such list, or it is not yours to see: lists that no case took are kept for thirty days."""

    rule = "roster.not_found"


class ListUnknown(Invalid):
    """Your agency has no such list of this employer for this business: upload it again."""

    rule = "roster.unknown"


class ListHasErrors(Invalid):
    """Rows of this list are wrong: correct the file and upload it again."""

    rule = "roster.has_errors"


class ListAndRows(Invalid):
    """Name an uploaded list or type its rows, not both."""

    rule = "roster.list_and_rows"


@dataclass(frozen=True, slots=True)
class Checked:
    """A list that was checked: see ``StoredList``."""

    process: str
    employer_id: str
    rows: Sequence[Mapping[str, Any]]
    lines: Sequence[int]
    problems: Sequence[Problem]
    totals: Mapping[str, Any]


def keep(session: Session, actor: Actor, checked: Checked) -> StoredList:
    """Keep a checked list; its id is a salted digest of its rows, which says nothing about them.

    Lists older than thirty days are removed on the way, whoever left them.
    """
    now = clock.now(session)
    session.execute(delete(StoredList).where(StoredList.stored_at < now - KEPT))
    stored = {
        "list_id": digest.digest("list", [digest.new_salt(), list(checked.rows)]),
        "agency_code": actor.agency,
        "process": checked.process,
        "employer_id": checked.employer_id,
        "stored_by": actor.account_id,
        "stored_at": now,
        "row_count": len(checked.rows),
        "wrong_count": len({problem.row for problem in checked.problems}),
        "rows": list(checked.rows),
        "lines": list(checked.lines),
        "problems": [asdict(problem) for problem in checked.problems],
        "totals": dict(checked.totals),
    }
    session.execute(insert(StoredList), [stored])
    return StoredList(**stored)


def remove_old(session: Session, now: datetime, most: int) -> int:
    """Remove lists that no case took in thirty days; at most so many, how many."""
    old = select(StoredList.list_id).where(StoredList.stored_at < now - KEPT).limit(most)
    removed = delete(StoredList).where(StoredList.list_id.in_(old)).returning(StoredList.list_id)
    return len(session.execute(removed).all())


def get(session: Session, actor: Actor, list_id: str) -> StoredList:
    """A list of one's own agency, by who may accept its business. Raises ListNotFound, Forbidden."""
    found = session.get(StoredList, list_id)
    if found is None or found.agency_code != actor.agency:
        raise ListNotFound
    decisions.require(session, actor, Act("accept", agency=actor.agency, process=found.process))
    return found


def filled(
    session: Session,
    agency: str,
    definition: Definition,
    form: Form,
    employer_id: str,
    *,
    before: Mapping[str, Any] | None = None,
) -> Form:
    """The form with the rows of the list it names; any other form as it is.

    ``before`` is what the case said until now: the list it took stays its own however long ago. Raises
    ListUnknown, ListHasErrors, ListAndRows.
    """
    if not isinstance(form, EmployeeList) or form.list_id is None:
        return form
    if before is not None and before.get("list_id") == form.list_id:
        rows = before["rows"]
    else:
        rows = _usable(session, agency, definition.code, form.list_id, employer_id)
    said = form.model_dump(mode="json")
    if said["rows"] and said["rows"] != rows:
        raise _wrong(ListAndRows, "form.rows")
    return definition.form.model_validate({**said, "rows": rows})


def named(session: Session, records: Records, form: Form, *, locking: bool = True) -> Records:
    """The records with those of the persons whom the form's list names, in a fixed number of queries."""
    if not isinstance(form, EmployeeList):
        return records
    numbers = {row.id_no for row in form.rows}
    persons = rosters.numbered(session, numbers, records.accepted_on, locking=locking)
    return replace(records, persons=persons)


def concern(session: Session, actor: Actor, form: Form) -> Concern:
    """Whether the form's list names the acting person or a relative of his: nobody signs such a case."""
    if not isinstance(form, EmployeeList):
        return Concern()
    return subjects.listing(session, actor, form.model_dump())


def _usable(
    session: Session, agency: str, process: str, list_id: str, employer_id: str
) -> list[dict[str, Any]]:
    found = session.execute(
        select(StoredList.rows, StoredList.wrong_count).where(
            StoredList.list_id == list_id,
            StoredList.agency_code == agency,
            StoredList.process == process,
            StoredList.employer_id == employer_id,
        )
    ).one_or_none()
    if found is None:
        raise _wrong(ListUnknown, "form.list_id")
    if found.wrong_count:
        raise _wrong(ListHasErrors, "form.list_id")
    return list(found.rows)


def _wrong(kind: type[Invalid], field: str) -> Invalid:
    message = str(kind.__doc__)
    return kind(errors=[{"field": field, "message": message, "rule": kind.rule}])
