"""The ledger's tables: one header a posting, double-entry lines in integer cents, both only added to.

Lines are inserted first and the header last: a trigger on the header adds them up and refuses what does
not balance, another keeps lines out of a posting that has its header (``register.guards``). A balance is
the sum of lines over a covering index; no balance is stored, so none can drift from its lines.
"""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from database.columns import BigId, UtcDateTime
from database.declarative import APPEND_ONLY, ONLY_GROWS, Base, after, rows_where
from register.entries import Side


def part_of_posting() -> ForeignKeyConstraint:
    """Everything the register holds leads back to the posting, and so to the case, that wrote it.

    Deferred, since the header closes the posting it belongs to and therefore comes last.
    """
    return ForeignKeyConstraint(
        ["case_no", "posting_no"],
        ["register_postings.case_no", "register_postings.posting_no"],
        deferrable=True,
        initially="DEFERRED",
    )


class RegisterPosting(Base):
    """The header of a posting (入账): closes it, with what its lines must add up to."""

    __tablename__ = "register_postings"
    __table_args__ = (
        CheckConstraint("debit_cents = credit_cents AND debit_cents >= 0", name="balanced"),
        CheckConstraint("line_count >= 0 AND change_count >= 0", name="counts"),
        # A case posts once; what it got wrong another case reverses.
        CheckConstraint("posting_no = 1", name="once"),
        {
            "info": {
                **ONLY_GROWS,
                **after("sign_offs", "mandated_steps", "case_contents", "payable_events"),
            },
            "sqlite_with_rowid": False,
        },
    )

    case_no: Mapped[str] = mapped_column(String(24), primary_key=True)
    posting_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    posted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    line_count: Mapped[int]
    change_count: Mapped[int]
    debit_cents: Mapped[int] = mapped_column(BigId)
    credit_cents: Mapped[int] = mapped_column(BigId)


class LedgerLine(Base):
    """One line (分录): a positive amount on one side of one account (``register.chart``)."""

    __tablename__ = "ledger_lines"
    __table_args__ = (
        part_of_posting(),
        UniqueConstraint("case_no", "posting_no", "line_no"),
        CheckConstraint("side IN ('debit','credit')", name="side"),
        CheckConstraint("amount_cents > 0", name="amount"),
        CheckConstraint(
            "(substr(account, 1, 17) = 'personal_account:' OR substr(account, 1, 7) = 'person:')"
            " = (subject_id IS NOT NULL)",
            name="subject",
        ),
        Index(
            "ix_ledger_lines_balance",
            "subject_id",
            "account",
            "side",
            "amount_cents",
            **rows_where("subject_id IS NOT NULL"),
        ),
        APPEND_ONLY,
    )

    line_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_no: Mapped[str] = mapped_column(String(24))
    posting_no: Mapped[int]
    line_no: Mapped[int]
    account: Mapped[str] = mapped_column(String(40))
    side: Mapped[Side] = mapped_column(String(6))
    amount_cents: Mapped[int] = mapped_column(BigId)
    subject_id: Mapped[str | None] = mapped_column(ForeignKey("persons.person_id"))
    month: Mapped[int | None]
    memo: Mapped[str] = mapped_column(String(200))
