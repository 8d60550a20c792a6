"""Sign-offs (签批): one decision of one person on one case, covering everything that was seen.

The canonical record of design §7: what it covers, its digest, and the digest of the one before it.
Rows are only added; a correction makes earlier ones void by beginning a new cycle.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    UniqueConstraint,
    bindparam,
    insert,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from authz.keys.signers import Signer
from database import digest, prepared, suites
from database.clock import moment_text
from database.columns import BigId, Json, Sealed, SealedJson, UtcDateTime
from database.declarative import APPEND_ONLY, Base, table_of
from database.prepared import Prepared
from engine.record import Case, of_case

GENESIS = "0" * 64
APPROVING = ("approve", "escalate")


class SignOff(Base):
    """One signed decision; within a cycle each step and each natural person appears once."""

    __tablename__ = "sign_offs"
    __table_args__ = (
        # By the number, as the guard asks: it lets no case have sign-offs of two.
        UniqueConstraint("case_no", "seq"),
        UniqueConstraint("case_id", "cycle", "step"),
        UniqueConstraint("case_id", "cycle", "signer_person"),
        Index(None, "signer", "case_id"),
        CheckConstraint("decision IN ('approve','return','refuse','escalate')", name="decision"),
        APPEND_ONLY,
    )

    sign_off_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(of_case())
    case_no: Mapped[str] = mapped_column(String(24))
    seq: Mapped[int]
    cycle: Mapped[int]
    step: Mapped[str] = mapped_column(String(40))
    post: Mapped[str] = mapped_column(String(32))
    agency_code: Mapped[str] = mapped_column(String(6))
    signer: Mapped[str] = mapped_column(String(32))
    signer_person: Mapped[int] = mapped_column(ForeignKey("natural_persons.person_id"))
    on_behalf_of: Mapped[str | None] = mapped_column(String(32))
    decision: Mapped[str] = mapped_column(String(10))
    reasons: Mapped[list[str]] = mapped_column(Json)
    opinion: Mapped[str] = mapped_column(Sealed("sign_offs.opinion"))
    opinion_salt: Mapped[str] = mapped_column(Sealed("sign_offs.opinion_salt"))
    opinion_commitment: Mapped[str] = mapped_column(String(64))
    resolution: Mapped[dict[str, Any] | None] = mapped_column(SealedJson("sign_offs.resolution"))
    resolution_salt: Mapped[str] = mapped_column(Sealed("sign_offs.resolution_salt"))
    resolution_commitment: Mapped[str] = mapped_column(String(64))
    form_digest: Mapped[str] = mapped_column(String(64))
    materials_digest: Mapped[str] = mapped_column(String(64))
    posting_digest: Mapped[str] = mapped_column(String(64))
    definition: Mapped[str] = mapped_column(String(64))
    risk_table: Mapped[str] = mapped_column(String(64))
    risk_level: Mapped[int]
    route: Mapped[str] = mapped_column(String(20))
    policy_epoch: Mapped[int]
    grant: Mapped[str] = mapped_column(String(80))
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    suite: Mapped[str] = mapped_column(String(10))
    key_id: Mapped[str] = mapped_column(ForeignKey("signing_keys.key_id"))
    previous_digest: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(128))


class Given(Protocol):
    """What whoever acts asks of the earlier sign-offs of a cycle: who signed which step, and when."""

    seq: Any
    step: Any
    signer_person: Any
    signed_at: Any


# The members of the canonical record, each a column of the same name; texts that may name a person
# are covered by their salted commitments, so they can be withheld and the digest still verifies.
COVERED = (
    "case_no", "seq", "cycle", "step", "post", "agency_code", "signer", "signer_person",
    "on_behalf_of", "decision", "reasons", "opinion_commitment", "resolution_commitment",
    "form_digest", "materials_digest", "posting_digest", "definition", "risk_table", "risk_level",
    "route", "policy_epoch", "grant", "key_id", "previous_digest",
)  # fmt: skip

_SALTED = ("opinion", "resolution")
_ROWS, _CASES = table_of(SignOff), table_of(Case)
_INSERT = Prepared(insert(_ROWS))
_EFFECTIVE = Prepared(
    select(_ROWS)
    .where(_ROWS.c.case_id == bindparam("case_id"), _ROWS.c.cycle == bindparam("cycle"))
    .order_by(_ROWS.c.seq)
)


def record(row: Mapping[str, Any]) -> dict[str, Any]:
    """The canonical record of a sign-off: what its digest and its signature cover."""
    return {**{name: row[name] for name in COVERED}, "signed_at": moment_text(row["signed_at"])}


def covered(row: Mapping[str, Any]) -> bytes:
    """The bytes that a sign-off's digest and signature cover. Raises UnknownSuite."""
    return digest.covered("sign-off", record(row), suites.named(row["suite"]))


def record_digest(row: Mapping[str, Any]) -> str:
    """The digest of a sign-off's canonical record, under its suite. Raises UnknownSuite."""
    return suites.named(row["suite"]).hash(covered(row)).hex()


def add(
    session: Session, row: dict[str, Any], signer: Signer, salts: Mapping[str, str] | None = None
) -> str:
    """Complete one sign-off with salts, commitments and digest, sign and insert it; its digest.

    ``salts`` are those it was prepared with, fresh ones otherwise. The suite is the key's: what signs tells
    under which algorithms, not what is signed.
    """
    row["suite"], row["key_id"] = signer.suite, signer.key_id
    suite = suites.named(signer.suite)
    salts = salts or digest.new_salts(_SALTED)
    for text in _SALTED:
        salt = row[f"{text}_salt"] = salts[text]
        row[f"{text}_commitment"] = digest.commitment(salt, row[text], suite)
    signed = covered(row)
    row["digest"] = suite.hash(signed).hex()
    row["signature"] = signer.sign(signed).hex()
    _INSERT.write(session, row)
    prepared.start(session)
    return str(row["digest"])


def in_present_cycle(this: ColumnElement[bool]) -> Select[Any]:
    """The query of what was ``Given`` in a case's present cycle, in order; ``this`` tells the case's row.

    No more of it, that what was said need not be opened for everybody who signs after; the guard reads all.
    """
    present = (_CASES.c.case_id == _ROWS.c.case_id) & (_CASES.c.cycle == _ROWS.c.cycle)
    asked = (_ROWS.c.seq, _ROWS.c.step, _ROWS.c.signer_person, _ROWS.c.signed_at)
    return select(*asked).join(_CASES, present).where(this).order_by(_ROWS.c.seq)


def ahead(session: Session, case_id: int, cycle: int) -> None:
    """Announce that ``effective`` will be asked for."""
    _EFFECTIVE.ahead(session, {"case_id": case_id, "cycle": cycle})


def effective(session: Session, case_id: int, cycle: int) -> list[SignOff]:
    """The sign-offs of a case's present cycle, in order."""
    return _EFFECTIVE.records(session, SignOff, {"case_id": case_id, "cycle": cycle})


def all_of(session: Session, case_id: int) -> list[SignOff]:
    """Every sign-off of a case, void ones too, in order."""
    rows = session.execute(select(SignOff).where(SignOff.case_id == case_id).order_by(SignOff.seq))
    return list(rows.scalars())


def people(rows: Iterable[SignOff]) -> set[str]:
    """The staff numbers that sign-offs name: who signed, and for whom."""
    return {no for row in rows for no in (row.signer, row.on_behalf_of) if no is not None}


def signed_steps(rows: Sequence[Given]) -> tuple[tuple[str, int], ...]:
    """(step, natural person) of each: what separation of duties looks at."""
    return tuple((row.step, row.signer_person) for row in rows)
