"""Orders to the clocks of a case (中止、恢复、延长), each signed by who gave it as a sign-off is.

The canonical record says which clock of which case, on what legal basis, from which day, why, who and when;
each covers the one before it. Rows are only added. What was ordered before 0047 stands in the journal alone.
Source: 人社窗口单位服务规范 二(一) 限时办结制.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    String,
    UniqueConstraint,
    bindparam,
    insert,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from authz.keys.signers import Signer
from database import digest, suites
from database.clock import moment_text
from database.columns import BigId, Json, UtcDateTime
from database.declarative import APPEND_ONLY, Base, table_of
from database.prepared import Prepared
from engine.record import of_case
from engine.signoffs import GENESIS

STOP, RESUME, EXTEND = "stop", "resume", "extend"
KIND = "clock-order"


class ClockOrder(Base):
    """One signed order, the ``seq``-th of its case.

    ``stop_no`` is the stop that it begins or ends, ``days`` what it lengthens by; ``legal_basis`` is what the
    coded reason rests on, ``basis`` the document cited. ``effective_on``: the day from which it counts;
    ``due_on``: when the case is due once it was given.
    """

    __tablename__ = "clock_orders"
    __table_args__ = (
        UniqueConstraint("case_id", "seq"),
        CheckConstraint("act IN ('stop','resume','extend')", name="act"),
        APPEND_ONLY,
    )

    order_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(of_case())
    case_no: Mapped[str] = mapped_column(String(24))
    seq: Mapped[int]
    act: Mapped[str] = mapped_column(String(10))
    stop_no: Mapped[int | None]
    clocks: Mapped[list[str]] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(String(40))
    legal_basis: Mapped[str] = mapped_column(String(200))
    basis: Mapped[str] = mapped_column(String(120))
    days: Mapped[int | None]
    effective_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    post: Mapped[str] = mapped_column(String(32))
    agency_code: Mapped[str] = mapped_column(String(6))
    signer: Mapped[str] = mapped_column(String(32))
    signer_person: Mapped[int] = mapped_column(ForeignKey("natural_persons.person_id"))
    on_behalf_of: Mapped[str | None] = mapped_column(String(32))
    policy_epoch: Mapped[int]
    grant: Mapped[str] = mapped_column(String(80))
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    suite: Mapped[str] = mapped_column(String(10))
    key_id: Mapped[str] = mapped_column(ForeignKey("signing_keys.key_id"))
    previous_digest: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(128))


# The members of the canonical record that are columns of the same name and value.
COVERED = (
    "case_no", "seq", "act", "stop_no", "clocks", "reason", "legal_basis", "basis", "days", "post",
    "agency_code", "signer", "signer_person", "on_behalf_of", "policy_epoch", "grant", "key_id",
    "previous_digest",
)  # fmt: skip
# What a reader of the case knows, or has no use for.
_NOT_SHOWN = frozenset({"case_no", "signer_person", "policy_epoch", "previous_digest"})
_ROWS = table_of(ClockOrder)
_INSERT = Prepared(insert(_ROWS))
_LAST = Prepared(
    select(_ROWS.c.seq, _ROWS.c.digest)
    .where(_ROWS.c.case_id == bindparam("case_id"))
    .order_by(_ROWS.c.seq.desc())
    .limit(1)
)


def record(row: Mapping[str, Any]) -> dict[str, Any]:
    """The canonical record of an order: what its digest and its signature cover."""
    return {
        **{name: row[name] for name in COVERED},
        "effective_on": row["effective_on"].isoformat(),
        "due_on": row["due_on"].isoformat(),
        "signed_at": moment_text(row["signed_at"]),
    }


def covered(row: Mapping[str, Any]) -> bytes:
    """The bytes that an order's digest and signature cover. Raises UnknownSuite."""
    return digest.covered(KIND, record(row), suites.named(row["suite"]))


def add(session: Session, row: dict[str, Any], signer: Signer) -> str:
    """Complete one order with its place, digest and signature, and insert it; its digest."""
    last = _LAST.first(session, {"case_id": row["case_id"]})
    row["seq"], row["previous_digest"] = (1, GENESIS) if last is None else (last[0] + 1, last[1])
    row["suite"], row["key_id"] = signer.suite, signer.key_id
    signed = covered(row)
    row["digest"] = suites.named(signer.suite).hash(signed).hex()
    row["signature"] = signer.sign(signed).hex()
    _INSERT.write(session, row)
    return str(row["digest"])


def all_of(session: Session, case_id: int) -> list[ClockOrder]:
    """The orders of a case, in order."""
    found = select(ClockOrder).where(ClockOrder.case_id == case_id).order_by(ClockOrder.seq)
    return list(session.execute(found).scalars())


def shown(session: Session, case_id: int) -> list[dict[str, Any]]:
    """The orders of a case as answers and pages show them: what was signed, and the signature."""
    return [
        {
            **{name: said for name, said in record(vars(row)).items() if name not in _NOT_SHOWN},
            "suite": row.suite,
            "digest": row.digest,
            "signature": row.signature,
        }
        for row in all_of(session, case_id)
    ]
