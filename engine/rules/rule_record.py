"""The register of rules: every text by its digest, the versions it was registered under, and when each began.

A rule is the risk table, a file of parameters, the calendar of a year or the manifest of a process's folder.
A version is entered by a signed case of the province; the first one of each rule is what was installed. None
is ever edited or removed.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from database.columns import BigId, UtcDateTime
from database.declarative import APPEND_ONLY, ONLY_GROWS, Base, after
from engine.office_record import Noted


class RuleText(Base):
    """The text of a rule, by the digest of its kind, its name and itself."""

    __tablename__ = "rule_texts"
    __table_args__ = (
        CheckConstraint("kind IN ('risk_table','parameters','calendar','definition')", name="kind"),
        APPEND_ONLY,
    )

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(40))
    content: Mapped[str] = mapped_column(Text)
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RuleVersion(Base):
    """A text registered for a rule, from which day on and on what basis.

    ``case_no`` is the case that entered it: the first version of a rule has none, and a demo office's.
    """

    __tablename__ = "rule_versions"
    __table_args__ = (
        Index(None, "case_no", unique=True),
        Index(None, "kind", "name"),
        {"info": ONLY_GROWS | after("accounts", "cases", "register_postings", "sign_offs")},
    )

    version_no: Mapped[int] = mapped_column(BigId, primary_key=True)
    digest: Mapped[str] = mapped_column(ForeignKey("rule_texts.digest"))
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(40))
    effective_from: Mapped[date] = mapped_column(Date)
    basis: Mapped[str] = mapped_column(String(400))
    case_no: Mapped[str | None] = mapped_column(String(24))
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RuleStart(Base):
    """When the office began to work by a version: of each rule the latest one is in force."""

    __tablename__ = "rule_starts"
    __table_args__ = (APPEND_ONLY,)

    start_no: Mapped[int] = mapped_column(BigId, primary_key=True)
    version_no: Mapped[int] = mapped_column(ForeignKey("rule_versions.version_no"), unique=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)


NOTED: Noted = {
    RuleVersion: (
        ("digest", "kind", "name", "effective_from", "case_no", "registered_at"),
        ("basis",),
    ),
    RuleStart: (("version_no", "started_at"), ()),
}
