"""The table of applications for new passwords."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from database.columns import BigId, Sealed, UtcDateTime
from database.declarative import Base


class PasswordReset(Base):
    """One application; ``ended_as`` is None while it waits for its second person or for its code."""

    __tablename__ = "password_resets"
    __table_args__ = (
        CheckConstraint(
            "ended_as IN ('used','replaced','failed') AND ended_at IS NOT NULL"
            " OR ended_as IS NULL AND ended_at IS NULL",
            name="ending",
        ),
        CheckConstraint("confirmed_by <> applied_by", name="two_people"),
        Index(
            "ix_password_resets_open",
            "account_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    reset_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    reason: Mapped[str] = mapped_column(Sealed("password_resets.reason"))
    applied_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    applied_at: Mapped[datetime] = mapped_column(UtcDateTime)
    first_mac: Mapped[str] = mapped_column(String(64))
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.account_id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    second_mac: Mapped[str | None] = mapped_column(String(64))
    failures: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_as: Mapped[str | None] = mapped_column(String(10))
