"""The lending and reading log of the archive (借阅登记): who had which file, what for, and until when."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from authz import decisions, epoch
from authz.actors import Actor
from authz.acts import Act
from database import clock
from database.clock import moment_text
from database.refusals import Conflict, Invalid, NotFound
from engine import office_record
from engine.archiving import archive_references
from engine.archiving.archive_filing import KEEP, FileNotArchived, lock_archive
from engine.archiving.archive_record import (
    NOTED,
    ArchiveItem,
    ArchiveLoan,
    ArchiveReturn,
    DisposalItem,
    DisposalStep,
)
from engine.archiving.manifests import ArchiveManifest
from engine.record import Case

PAGE = 50
Which = Literal["out", "overdue", "all"]


class LoanNotFound(NotFound):
    """There is no such loan, or it is not of your archive."""

    rule = "archive.no_loan"


class FileOut(Conflict):
    """This file is lent: it comes back before it is lent, read or destroyed."""

    rule = "archive.lent"


class FileBack(Conflict):
    """This file is back already, or was only read here."""

    rule = "archive.not_lent"


class FileDestroyed(Conflict):
    """This file was destroyed after its retention."""

    rule = "archive.destroyed"


class LoanOverAtOnce(Invalid):
    """A file is lent until today at the earliest."""

    rule = "archive.due_past"


class LoanRequest(BaseModel):
    """The body of a loan: ``lend`` out of the archive until a day, or ``read`` in it; who, and what for."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    case_no: str = Field(min_length=1, max_length=24)
    kind: Literal["lend", "read"]
    borrower: str = Field(min_length=1, max_length=100)
    purpose: str = Field(min_length=1, max_length=500)
    due_on: date | None = Field(default=None, strict=False)

    @model_validator(mode="after")
    def _day_of_loan(self) -> "LoanRequest":
        if (self.kind == "lend") != (self.due_on is not None):
            raise ValueError("a loan has its day, reading has none")
        return self


def lend(session: Session, actor: Actor, asked: LoanRequest) -> int:
    """Note a loan or a reading of a filed case; its id.

    Raises Forbidden, FileNotArchived, FileDestroyed, FileOut, LoanOverAtOnce.
    """
    epoch.hold(session)
    decisions.require(session, actor, Act(KEEP, agency=actor.agency))
    lock_archive(session, actor.agency)
    case_id = _filed(session, actor.agency, asked.case_no)
    if gone(session, [case_id]):
        raise FileDestroyed(facts={"case_no": asked.case_no})
    if out(session, [case_id]):
        raise FileOut(facts={"case_no": asked.case_no})
    if asked.due_on is not None and asked.due_on < clock.today(session):
        raise LoanOverAtOnce
    row = ArchiveLoan(
        agency_code=actor.agency,
        case_id=case_id,
        kind=asked.kind,
        borrower=asked.borrower,
        purpose=asked.purpose,
        due_on=asked.due_on,
        lent_by=actor.account_id,
        lent_at=clock.now(session),
    )
    _keep(session, actor, f"archive_{asked.kind}", row, asked.case_no)
    return row.loan_id


def take_back(session: Session, actor: Actor, loan_id: int) -> None:
    """Note that a lent file is back. Raises Forbidden, LoanNotFound, FileBack."""
    epoch.hold(session)
    decisions.require(session, actor, Act(KEEP, agency=actor.agency))
    lock_archive(session, actor.agency)
    loan = session.get(ArchiveLoan, loan_id)
    if loan is None or loan.agency_code != actor.agency:
        raise LoanNotFound
    if loan.kind == "read" or session.get(ArchiveReturn, loan_id) is not None:
        raise FileBack
    row = ArchiveReturn(loan_id=loan_id, taken_by=actor.account_id, returned_at=clock.now(session))
    case_no = session.get_one(ArchiveManifest, loan.case_id).case_no
    _keep(session, actor, "archive_returned", row, case_no)


def listing(
    session: Session, codes: Sequence[str], which: Which, cursor: str | None = None
) -> dict[str, Any]:
    """A page of loans of these agencies, newest first; the caller checks who may see."""
    asked = select(ArchiveLoan).where(ArchiveLoan.agency_code.in_(codes))
    if which != "all":
        asked = asked.where(ArchiveLoan.kind == "lend", ~_back())
    if which == "overdue":
        asked = asked.where(ArchiveLoan.due_on < clock.today(session))
    if cursor is not None:
        asked = asked.where(ArchiveLoan.loan_id < int(cursor))
    rows = list(
        session.execute(asked.order_by(ArchiveLoan.loan_id.desc()).limit(PAGE + 1)).scalars()
    )
    return {
        "items": _shown(session, rows[:PAGE]),
        "next_cursor": str(rows[PAGE - 1].loan_id) if len(rows) > PAGE else None,
    }


def of_case(session: Session, case_id: int) -> list[dict[str, Any]]:
    """The loans and readings of one file, newest first."""
    asked = select(ArchiveLoan).where(ArchiveLoan.case_id == case_id)
    return _shown(
        session, list(session.execute(asked.order_by(ArchiveLoan.loan_id.desc())).scalars())
    )


def one(session: Session, loan_id: int) -> dict[str, Any]:
    """One loan; the caller checks who may see, and that there is one."""
    return _shown(session, [session.get_one(ArchiveLoan, loan_id)])[0]


def out(session: Session, case_ids: Collection[int]) -> set[int]:
    """Those of these files that are lent and not back."""
    asked = select(ArchiveLoan.case_id).where(
        ArchiveLoan.case_id.in_(case_ids), ArchiveLoan.kind == "lend", ~_back()
    )
    return set(session.execute(asked).scalars())


def out_of(case_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """The condition that a file is lent and not back."""
    return exists().where(ArchiveLoan.case_id == case_id, ArchiveLoan.kind == "lend", ~_back())


def gone(session: Session, case_ids: Collection[int]) -> set[int]:
    """Those of these files that were destroyed."""
    asked = _destroyed().where(DisposalItem.case_id.in_(case_ids))
    return set(session.execute(asked).scalars())


def all_gone(session: Session) -> set[int]:
    """Every file that was destroyed."""
    return set(session.execute(_destroyed()).scalars())


def _destroyed() -> Select[int]:
    return (
        select(DisposalItem.case_id)
        .join(DisposalStep, DisposalStep.list_id == DisposalItem.list_id)
        .where(DisposalStep.kind == "destroy")
    )


def _back() -> ColumnElement[bool]:
    return exists().where(ArchiveReturn.loan_id == ArchiveLoan.loan_id)


def _filed(session: Session, agency: str, case_no: str) -> int:
    asked = (
        select(ArchiveItem.case_id)
        .join(ArchiveManifest, ArchiveManifest.case_id == ArchiveItem.case_id)
        .join(Case, Case.case_id == ArchiveItem.case_id)
        .where(Case.case_no == case_no, ArchiveManifest.agency_code == agency)
    )
    case_id = session.execute(asked).scalar_one_or_none()
    if case_id is None:
        raise FileNotArchived(facts={"case_no": case_no})
    return case_id


def _shown(session: Session, rows: Sequence[ArchiveLoan]) -> list[dict[str, Any]]:
    """Loans as answers show them; three queries for all."""
    ids = {row.case_id for row in rows}
    numbers = select(ArchiveManifest.case_id, ArchiveManifest.case_no)
    case_nos = {
        row.case_id: row.case_no
        for row in session.execute(numbers.where(ArchiveManifest.case_id.in_(ids)))
    }
    back = {
        row.loan_id: row.returned_at
        for row in session.execute(
            select(ArchiveReturn.loan_id, ArchiveReturn.returned_at).where(
                ArchiveReturn.loan_id.in_([row.loan_id for row in rows])
            )
        )
    }
    corrected = archive_references.corrected_by(session, ids)
    today = clock.today(session)
    return [
        {
            "loan_id": row.loan_id,
            "case_no": case_nos[row.case_id],
            "kind": row.kind,
            "borrower": row.borrower,
            "purpose": row.purpose,
            "due_on": row.due_on.isoformat() if row.due_on else None,
            "lent_at": moment_text(row.lent_at),
            "returned_at": moment_text(back[row.loan_id]) if row.loan_id in back else None,
            "overdue": row.due_on is not None and row.loan_id not in back and row.due_on < today,
            "corrected_by": corrected.get(row.case_id),
        }
        for row in rows
    ]


def _keep(
    session: Session, actor: Actor, action: str, row: ArchiveLoan | ArchiveReturn, case_no: str
) -> None:
    session.add(row)
    session.flush()
    told = {"case_no": case_no}
    office_record.note(session, actor.agency, action, [row], actor=actor, detail=told, noted=NOTED)
