"""The declarations of relatives (亲属回避) as rows: sealed, found by blind index, ended by further rows."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ColumnElement, Date, ForeignKey, Index, String, and_, or_
from sqlalchemy.orm import Mapped, mapped_column

from database.columns import BigId, Sealed, UtcDateTime
from database.declarative import APPEND_ONLY, Base


class Relative(Base):
    """One declared relative of a natural person of the staff, from a day to a day."""

    __tablename__ = "relatives"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="dates"),
        Index(None, "person_id"),
        Index(None, "id_no_index"),
        APPEND_ONLY,
    )

    declaration_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("natural_persons.person_id"))
    id_no: Mapped[str] = mapped_column(Sealed("relatives.id_no"))
    id_no_index: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(Sealed("relatives.name"))
    relation: Mapped[str] = mapped_column(Sealed("relatives.relation"))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    declared_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    declared_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RelativeEnd(Base):
    """The end of a declaration: the last day on which it counts."""

    __tablename__ = "relative_ends"
    __table_args__ = (APPEND_ONLY,)

    end_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    declaration_id: Mapped[int] = mapped_column(ForeignKey("relatives.declaration_id"), unique=True)
    last_on: Mapped[date] = mapped_column(Date)
    ended_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)


def in_force(on: date) -> ColumnElement[bool]:
    """Which declarations count on a day; of ``Relative`` joined with its end, if any."""
    return and_(
        Relative.valid_from <= on,
        or_(Relative.valid_to.is_(None), Relative.valid_to >= on),
        or_(RelativeEnd.last_on.is_(None), RelativeEnd.last_on >= on),
    )
