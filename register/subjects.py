"""Whom the register is about: one row a person and an employer, and the dated versions of what they are.

The row carries only what look-ups and locks need; everything else is in the versions, which hold each
change in the very words that were signed, sealed, and are only added to.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    bindparam,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from database.columns import BigId, SealedJson, UtcDateTime
from database.declarative import APPEND_ONLY, Base, rows_where, table_of
from register.ledger import part_of_posting


class Person(Base):
    """An insured person (参保人): a reading of the versions, locked while one is written.

    ``id_no_index`` is the keyed blind index of the number in force; ``version`` counts the postings.
    """

    __tablename__ = "persons"
    __table_args__ = (CheckConstraint("version >= 0", name="version"),)

    person_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    id_no_index: Mapped[str] = mapped_column(String(64), unique=True)
    version: Mapped[int]
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)


def of_index(name: str) -> ColumnElement[str]:
    """The id of whoever has the blind index that is said under this name, for a query's condition."""
    table = table_of(Person)
    asked = select(table.c.person_id).where(table.c.id_no_index == bindparam(name))
    return asked.scalar_subquery()


class Employer(Base):
    """An insured employer (参保单位). Its credit code is public; ``version`` counts the postings."""

    __tablename__ = "employers"
    __table_args__ = (CheckConstraint("version >= 0", name="version"),)

    employer_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    uscc: Mapped[str] = mapped_column(String(18), unique=True)
    version: Mapped[int]
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)


def _of_subject(kind: str) -> Index:
    """An index of the changes to persons or to employers: a change is of one or the other."""
    column = f"{kind}_id"
    return Index(
        f"ix_register_versions_{kind}", column, "version_id", **rows_where(f"{column} IS NOT NULL")
    )


class Version(Base):
    """One change (变更) as it was signed: what became different, from which day on (``register.changes``)."""

    __tablename__ = "register_versions"
    __table_args__ = (
        part_of_posting(),
        UniqueConstraint("case_no", "posting_no", "change_no"),
        CheckConstraint("(person_id IS NULL) <> (employer_id IS NULL)", name="one_subject"),
        _of_subject("person"),
        _of_subject("employer"),
        APPEND_ONLY,
    )

    version_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_no: Mapped[str] = mapped_column(String(24))
    posting_no: Mapped[int]
    change_no: Mapped[int]
    kind: Mapped[str] = mapped_column(String(32))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("persons.person_id"))
    employer_id: Mapped[str | None] = mapped_column(ForeignKey("employers.employer_id"))
    effective_from: Mapped[date] = mapped_column(Date)
    after: Mapped[dict[str, Any]] = mapped_column(SealedJson("register_versions.after"))
    before: Mapped[dict[str, Any]] = mapped_column(SealedJson("register_versions.before"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
