"""What persons hold: insured relations, contribution months, entitlements, each as numbered versions.

The last version of a relation or entitlement is what holds; earlier ones stay. These rows say in columns
what the versions of ``register.subjects`` say sealed, so that agencies, months and benefits can be asked for.
Each table has an index on its posting: SQLite looks there for rows of a header that comes after them, and
without one would read the whole table for every posting.
"""

from typing import Literal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from database.columns import BigId, Json
from database.declarative import APPEND_ONLY, Base
from register.ledger import part_of_posting
from register.records import EntitlementStatus, RelationKind, RelationStatus, VersionOrigin


class RelationVersion(Base):
    """An insured relation (参保关系) with an agency, as it is from ``from_month`` on.

    ``policy_code`` names the policy that somebody past the statutory age is insured under. One that a
    correction took back is ``VOID``.
    """

    __tablename__ = "relation_versions"
    __table_args__ = (
        part_of_posting(),
        UniqueConstraint("relation_id", "version"),
        CheckConstraint("kind IN ('EMPLOYEE','FLEX','OVERAGE')", name="kind"),
        CheckConstraint("status IN ('ACTIVE','INTERRUPTED','ENDED','VOID')", name="status"),
        Index("ix_relation_versions_person", "person_id", "relation_id", "version"),
        Index("ix_relation_versions_employer", "employer_id", "relation_id"),
        Index(None, "case_no", "posting_no"),
        APPEND_ONLY,
    )

    row_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    relation_id: Mapped[str] = mapped_column(String(32))
    version: Mapped[int]
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.person_id"))
    employer_id: Mapped[str | None] = mapped_column(ForeignKey("employers.employer_id"))
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    kind: Mapped[RelationKind] = mapped_column(String(10))
    status: Mapped[RelationStatus | Literal["VOID"]] = mapped_column(String(12))
    from_month: Mapped[int]
    case_no: Mapped[str] = mapped_column(String(24))
    posting_no: Mapped[int]
    policy_code: Mapped[str | None] = mapped_column(String(40))


class MonthVersion(Base):
    """A month that counts (缴费月): its base, and how it came about (paid, back-paid, deemed).

    A month that counts no longer (refunded, moved out) has a last version whose origin is ``VOID``.
    """

    __tablename__ = "contribution_months"
    __table_args__ = (
        part_of_posting(),
        UniqueConstraint("person_id", "month", "version"),
        CheckConstraint(
            "month BETWEEN 190001 AND 219912 AND month - month / 100 * 100 BETWEEN 1 AND 12",
            name="month",
        ),
        CheckConstraint("base_cents >= 0", name="base"),
        CheckConstraint(
            "origin IN ('PAID','BACK_PAID','BACKFILLED','DEEMED','TRANSFERRED_IN','VOID')",
            name="origin",
        ),
        Index(None, "case_no", "posting_no"),
        APPEND_ONLY,
    )

    row_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.person_id"))
    month: Mapped[int]
    version: Mapped[int]
    base_cents: Mapped[int] = mapped_column(BigId)
    origin: Mapped[VersionOrigin] = mapped_column(String(16))
    case_no: Mapped[str] = mapped_column(String(24))
    posting_no: Mapped[int]


class EntitlementVersion(Base):
    """A benefit (待遇) as it is from ``from_month`` on; ``components`` are its parts in cents.

    One that a correction took back is ``VOID``.
    """

    __tablename__ = "entitlement_versions"
    __table_args__ = (
        part_of_posting(),
        UniqueConstraint("entitlement_id", "version"),
        CheckConstraint("monthly_cents >= 0", name="monthly"),
        CheckConstraint(
            "status IN ('APPROVED','PAYING','SUSPENDED','ENDED','VOID')", name="status"
        ),
        Index("ix_entitlement_versions_person", "person_id", "entitlement_id", "version"),
        Index(None, "case_no", "posting_no"),
        APPEND_ONLY,
    )

    row_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    entitlement_id: Mapped[str] = mapped_column(String(32))
    version: Mapped[int]
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.person_id"))
    kind: Mapped[str] = mapped_column(String(32))
    monthly_cents: Mapped[int] = mapped_column(BigId)
    from_month: Mapped[int]
    status: Mapped[EntitlementStatus | Literal["VOID"]] = mapped_column(String(12))
    components: Mapped[dict[str, int]] = mapped_column(Json)
    case_no: Mapped[str] = mapped_column(String(24))
    posting_no: Mapped[int]
