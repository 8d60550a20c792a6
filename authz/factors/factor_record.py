"""The rows of second factors: what somebody has beside his password, and which posts must have one.

What makes a factor is written once, sealed together with whose it is, so that a row copied to another account
opens nothing there; it ends only by a row of its own. What changes with each use (the counter, a used
recovery code) stands apart.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from database.columns import BigId, Sealed, SealedJson, UtcDateTime
from database.declarative import APPEND_ONLY, Base

CODE, KEY = "totp", "webauthn"
KINDS = (CODE, KEY)
_KIND = "kind IN ('totp','webauthn')"
MAX_CREDENTIAL_ID = 1400


class SecondFactor(Base):
    """One factor: an app or token that shows codes (``totp``), or a security key (``webauthn``)."""

    __tablename__ = "second_factors"
    __table_args__ = (
        CheckConstraint(_KIND, name="kind"),
        Index(None, "account_id"),
        APPEND_ONLY,
    )

    factor_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    kind: Mapped[str] = mapped_column(String(10))
    label: Mapped[str] = mapped_column(Sealed("second_factors.label"))
    secret: Mapped[dict[str, Any]] = mapped_column(SealedJson("second_factors.secret"))
    credential_id: Mapped[str | None] = mapped_column(String(MAX_CREDENTIAL_ID), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FactorEnd(Base):
    """The end of a factor: removed by its owner, or reset by two people after it was lost."""

    __tablename__ = "second_factor_ends"
    __table_args__ = (
        CheckConstraint("ended_as IN ('removed','reset')", name="ending"),
        APPEND_ONLY,
    )

    factor_id: Mapped[int] = mapped_column(
        ForeignKey("second_factors.factor_id"), primary_key=True, autoincrement=False
    )
    ended_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_as: Mapped[str] = mapped_column(String(10))


class FactorCounter(Base):
    """How far a factor has counted: of codes the last time step used, of keys what they say themselves."""

    __tablename__ = "second_factor_counters"

    factor_id: Mapped[int] = mapped_column(
        ForeignKey("second_factors.factor_id"), primary_key=True, autoincrement=False
    )
    counter: Mapped[int] = mapped_column(BigInteger)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FactorEnrolment(Base):
    """A factor begun and not proved yet: one of each kind for an account, a quarter of an hour long."""

    __tablename__ = "factor_enrolments"
    __table_args__ = (CheckConstraint(_KIND, name="kind"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    secret: Mapped[dict[str, Any]] = mapped_column(SealedJson("factor_enrolments.secret"))
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RecoveryCode(Base):
    """A code for the day the factor is lost; each works once, and only its keyed fingerprint is here."""

    __tablename__ = "recovery_codes"
    __table_args__ = (Index(None, "account_id"),)

    code_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    code_mac: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FactorDemand(Base):
    """Whether a post of an agency and those below it signs in with a second factor only; the last counts."""

    __tablename__ = "factor_demands"
    __table_args__ = (Index(None, "agency_code", "post"), APPEND_ONLY)

    demand_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    post: Mapped[str] = mapped_column(String(32))
    demanded: Mapped[bool]
    basis: Mapped[str] = mapped_column(Sealed("factor_demands.basis"))
    entered_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FactorReset(Base):
    """An application to end somebody's lost factors; open until its second person confirms."""

    __tablename__ = "factor_resets"
    __table_args__ = (
        CheckConstraint(
            "ended_as = 'confirmed' AND ended_at IS NOT NULL AND confirmed_by IS NOT NULL"
            " OR ended_as = 'replaced' AND ended_at IS NOT NULL AND confirmed_by IS NULL"
            " OR ended_as IS NULL AND ended_at IS NULL AND confirmed_by IS NULL",
            name="ending",
        ),
        CheckConstraint(
            "confirmed_by <> applied_by AND confirmed_by <> account_id AND applied_by <> account_id",
            name="two_people",
        ),
        Index(
            "ix_factor_resets_open",
            "account_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    reset_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    reason: Mapped[str] = mapped_column(Sealed("factor_resets.reason"))
    applied_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    applied_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.account_id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_as: Mapped[str | None] = mapped_column(String(10))
