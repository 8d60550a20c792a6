"""The tables of a case: its row, its contents a cycle, its position in the diagram, its tasks.

A *cycle* is one version of what the case says: acceptance begins cycle 1, every correction the next.
Contents are only added to; status, tasks and position are readings of the record and can be rebuilt.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from database.columns import BigId, Json, Sealed, SealedJson, UtcDateTime
from database.declarative import APPEND_ONLY, Base, after, rows_where
from engine.erasure import erased_values

OPEN_STATUSES = ("awaiting_materials", "in_progress", "returned")
FINAL_STATUSES = ("completed", "refused", "withdrawn")
# The kind of subject of the office's own registers: an agency, and nobody waits at a window.
AGENCY = "agency"


def of_case() -> ForeignKey:
    """What a row says of a case; deferred, since an acceptance writes the case itself last, as it ends."""
    return ForeignKey("cases.case_id", deferrable=True, initially="DEFERRED")


class CaseNumber(Base):
    """Hands out numbers without two acceptances ever waiting for each other; gaps are allowed."""

    __tablename__ = "case_numbers"

    number_id: Mapped[int] = mapped_column(BigId, primary_key=True)


class Case(Base):
    """One handling of a process for one applicant (业务件); one not ``in_turn`` goes first among equals."""

    __tablename__ = "cases"
    __table_args__ = (
        CheckConstraint(
            "status IN ('awaiting_materials','in_progress','returned','completed','refused','withdrawn')",
            name="status",
        ),
        CheckConstraint("risk_level BETWEEN 1 AND 3", name="risk_level"),
        CheckConstraint("cycle >= 1 AND sequence >= 1", name="counters"),
        Index("ix_cases_agency", "agency_code", "case_id"),
        Index("ix_cases_agency_status", "agency_code", "status", "case_id"),
        Index(
            "ix_cases_due",
            "agency_code",
            "due_on",
            "case_id",
            **rows_where("finished_at IS NULL"),
        ),
        Index("ix_cases_subject", "subject_id", "case_id"),
        # What its teller still answers for: an instant case ends at once, and has no paper to deliver.
        Index(
            "ix_cases_owner",
            "accepted_by",
            "finished_at",
            **rows_where("finished_at IS NULL OR risk_level = 1"),
        ),
        Index("ix_cases_accepted", "agency_code", "accepted_at"),
        Index(
            "ix_cases_finished",
            "agency_code",
            "finished_at",
            **rows_where("finished_at IS NOT NULL"),
        ),
        {"info": after("grants", "register_postings", "proof_verdicts", "documents")},
    )

    case_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_no: Mapped[str] = mapped_column(String(24), unique=True)
    process: Mapped[str] = mapped_column(String(40))
    category: Mapped[str] = mapped_column(String(20))
    definition: Mapped[str] = mapped_column(String(64))
    risk_table: Mapped[str] = mapped_column(String(64))
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    status: Mapped[str] = mapped_column(String(20))
    risk_level: Mapped[int]
    route: Mapped[str] = mapped_column(String(20))
    risk_reasons: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    meeting_required: Mapped[bool]
    amount_cents: Mapped[int] = mapped_column(BigId)
    cycle: Mapped[int]
    sequence: Mapped[int]
    accepted_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    accepted_person: Mapped[int] = mapped_column(ForeignKey("natural_persons.person_id"))
    handled_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.account_id"))
    handled_post: Mapped[str | None] = mapped_column(String(32))
    subject_kind: Mapped[str] = mapped_column(String(10))
    subject_id: Mapped[str] = mapped_column(String(32))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    late_entry_reason: Mapped[str | None] = mapped_column(Sealed("cases.late_entry_reason"))
    paper_no: Mapped[str | None] = mapped_column(String(40))
    due_on: Mapped[date] = mapped_column(Date)
    deadline: Mapped[dict[str, Any]] = mapped_column(Json)
    last_sign_off: Mapped[str] = mapped_column(String(64))
    sign_off_count: Mapped[int]
    journal_seq: Mapped[int]
    journal_head: Mapped[str] = mapped_column(String(64))
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ending_reason: Mapped[list[str] | None] = mapped_column(
        SealedJson("cases.ending_reason", erased_values.reason)
    )
    in_turn: Mapped[bool] = mapped_column(server_default=true())
    # The window at which it was accepted; held against the journal, and None where its teller had none open.
    window_id: Mapped[int | None] = mapped_column(BigId)


class CaseContent(Base):
    """What the case says in one cycle: applicant, form, materials, and the posting computed from them."""

    __tablename__ = "case_contents"
    __table_args__ = (APPEND_ONLY,)

    case_id: Mapped[int] = mapped_column(of_case(), primary_key=True)
    cycle: Mapped[int] = mapped_column(primary_key=True)
    applicant: Mapped[dict[str, Any]] = mapped_column(
        SealedJson("case_contents.applicant", erased_values.applicant)
    )
    form: Mapped[dict[str, Any]] = mapped_column(SealedJson("case_contents.form"))
    messages: Mapped[dict[str, Any] | None] = mapped_column(SealedJson("case_contents.messages"))
    salts: Mapped[dict[str, str]] = mapped_column(SealedJson("case_contents.salts"))
    commitments: Mapped[dict[str, str]] = mapped_column(Json)
    form_digest: Mapped[str] = mapped_column(String(64))
    materials: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    missing: Mapped[list[str]] = mapped_column(Json)
    materials_digest: Mapped[str] = mapped_column(String(64))
    facts: Mapped[dict[str, Any]] = mapped_column(Json)
    posting: Mapped[dict[str, Any]] = mapped_column(
        SealedJson("case_contents.posting", erased_values.posting)
    )
    posting_salt: Mapped[str] = mapped_column(Sealed("case_contents.posting_salt"))
    posting_digest: Mapped[str] = mapped_column(String(64))
    suite: Mapped[str] = mapped_column(String(10))
    submitted_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CaseState(Base):
    """Where an open case stands in its diagram; gone when it ends. ``mac`` is checked before reading."""

    __tablename__ = "case_states"

    case_id: Mapped[int] = mapped_column(of_case(), primary_key=True)
    sequence: Mapped[int]
    state: Mapped[bytes] = mapped_column(LargeBinary)
    mac: Mapped[bytes] = mapped_column(LargeBinary(32))


def _waiting(name: str, *columns: str, only: str = "") -> Index:
    """An index of waiting tasks, or of those among them that a queue lists and counts (decision 0045)."""
    return Index(f"ix_tasks_{name}", *columns, **rows_where(f"closed_at IS NULL{only}"))


class Task(Base):
    """A human step (待办): offered to a post of an agency, claimed, released, closed once.

    ``step_due_on`` is the step's own day; None of before steps had theirs. The others repeat what the case
    says, so that a queue is read off an index: ``due_on`` the day that holds now (``case_clocks.holding``),
    ``stopped`` that a clock of it stands still, ``halted`` that every one does.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        UniqueConstraint("case_id", "cycle", "step", "opened_seq"),
        _waiting("open", "agency_code", "post", "due_on", "in_turn", "task_id"),
        _waiting("arrived", "agency_code", "post", "opened_at", "task_id"),
        _waiting("claimed", "claimed_by", only=" AND claimed_by IS NOT NULL"),
        _waiting("correcting", "agency_code", "post", "due_on", only=" AND step = 'correct'"),
        _waiting("instant", "agency_code", "post", "due_on", only=" AND risk_level = 2"),
        Index(
            "ix_tasks_stopped",
            "agency_code",
            "post",
            "due_on",
            sqlite_where=text("closed_at IS NULL AND stopped = 1"),
            postgresql_where=text("closed_at IS NULL AND stopped"),
        ),
        Index("ix_tasks_done", "closed_by", "closed_at", **rows_where("closed_by IS NOT NULL")),
        Index(
            "ix_tasks_closed",
            "agency_code",
            "closed_at",
            **rows_where("closed_at IS NOT NULL"),
        ),
    )

    task_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[int] = mapped_column(of_case())
    cycle: Mapped[int]
    opened_seq: Mapped[int]
    token: Mapped[str] = mapped_column(String(64))
    step: Mapped[str] = mapped_column(String(40))
    post: Mapped[str] = mapped_column(String(32))
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    due_on: Mapped[date] = mapped_column(Date)
    step_due_on: Mapped[date | None] = mapped_column(Date)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reserved_for: Mapped[int | None] = mapped_column(ForeignKey("accounts.account_id"))
    claimed_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.account_id"))
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.account_id"))
    risk_level: Mapped[int] = mapped_column(server_default=text("1"))
    in_turn: Mapped[bool] = mapped_column(server_default=true())
    stopped: Mapped[bool] = mapped_column(server_default=false())
    halted: Mapped[bool] = mapped_column(server_default=false())


class SignedScan(Base):
    """One scan of a form signed by hand; ``sign_offs`` is how many the case had in all when it was added."""

    __tablename__ = "signed_scans"
    __table_args__ = (
        UniqueConstraint("case_id", "seq"),
        UniqueConstraint("case_id", "file"),
        ForeignKeyConstraint(["file", "agency_code"], ["files.digest", "files.agency_code"]),
        APPEND_ONLY,
    )

    scan_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.case_id"))
    seq: Mapped[int]
    file: Mapped[str] = mapped_column(String(64))
    cycle: Mapped[int]
    sign_offs: Mapped[int]
    agency_code: Mapped[str] = mapped_column(String(6))
    added_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
