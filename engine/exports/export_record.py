"""What was given out as a file, to whom, how many rows of it are about people; and who was let take more."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from database.columns import BigId, Json, Sealed, UtcDateTime
from database.declarative import APPEND_ONLY, Base
from engine.office_record import Noted


class Export(Base):
    """A file that was given out. ``asked`` is what was chosen, without personal data.

    ``number`` (机构-日期-序号) stands on the file; ``digest`` is the file's SHA-256.
    """

    __tablename__ = "exports"
    __table_args__ = (
        Index(None, "account_id", "day"),
        Index(None, "agency_code", "day"),
        APPEND_ONLY,
    )

    number: Mapped[str] = mapped_column(String(24), primary_key=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    kind: Mapped[str] = mapped_column(String(20))
    asked: Mapped[Mapping[str, Any]] = mapped_column(Json)
    row_count: Mapped[int]
    personal_rows: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    day: Mapped[date] = mapped_column(Date)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ExportPermit(Base):
    """Somebody may take out so many rows of personal data more, on one day."""

    __tablename__ = "export_permits"
    __table_args__ = (
        CheckConstraint("more_rows > 0", name="more_rows"),
        Index(None, "account_id", "day"),
        Index(None, "agency_code"),
        APPEND_ONLY,
    )

    permit_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    day: Mapped[date] = mapped_column(Date)
    more_rows: Mapped[int]
    reason: Mapped[str] = mapped_column(Sealed("export_permits.reason"))
    permitted_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    permitted_at: Mapped[datetime] = mapped_column(UtcDateTime)


NOTED: Noted = {
    Export: (
        (
            "number",
            "agency_code",
            "account_id",
            "kind",
            "asked",
            "row_count",
            "personal_rows",
            "digest",
            "day",
            "at",
        ),
        (),
    ),
    ExportPermit: (
        ("agency_code", "account_id", "day", "more_rows", "permitted_by", "permitted_at"),
        ("reason",),
    ),
}
