"""The tables of releases and of banks' reports: who signed that payables are paid, and what became of them.

A release is one signed list in which every payable stands by number, amount and the commitment to its payee.
The record is that of a sign-off in small: canonical JSON, digested, and signed with the signer's own key.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from database import digest, suites
from database.clock import moment_text
from database.columns import BigId, UtcDateTime
from database.declarative import APPEND_ONLY, Base
from engine.office_record import Noted

FINANCE = "finance"


class PayableRelease(Base):
    """A list of payables that somebody of the post ``finance`` released (拨付签发)."""

    __tablename__ = "payable_releases"
    __table_args__ = (
        CheckConstraint("post = 'finance'", name="post"),
        CheckConstraint("item_count > 0 AND total_cents > 0", name="counts"),
        Index(None, "agency_code", "release_id"),
        APPEND_ONLY,
    )

    release_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    signer: Mapped[str] = mapped_column(String(32))
    signer_person: Mapped[int] = mapped_column(ForeignKey("natural_persons.person_id"))
    post: Mapped[str] = mapped_column(String(32))
    # The absent colleague's staff number, where the post is done for him (代).
    on_behalf_of: Mapped[str | None] = mapped_column(String(32))
    grant: Mapped[str] = mapped_column(String(80))
    policy_epoch: Mapped[int]
    item_count: Mapped[int]
    total_cents: Mapped[int] = mapped_column(BigId)
    list_digest: Mapped[str] = mapped_column(String(64))
    released_at: Mapped[datetime] = mapped_column(UtcDateTime)
    suite: Mapped[str] = mapped_column(String(10))
    key_id: Mapped[str] = mapped_column(ForeignKey("signing_keys.key_id"))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    signature: Mapped[str] = mapped_column(String(128))


class BankBatch(Base):
    """One report of the bank (银行回盘): its reference, who brought it in, what it held."""

    __tablename__ = "bank_batches"
    __table_args__ = (
        CheckConstraint("paid_count >= 0 AND returned_count >= 0", name="counts"),
        Index(None, "agency_code", "batch_id"),
        APPEND_ONLY,
    )

    batch_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    reference: Mapped[str] = mapped_column(String(60))
    imported_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    paid_count: Mapped[int]
    returned_count: Mapped[int]
    paid_cents: Mapped[int] = mapped_column(BigId)
    returned_cents: Mapped[int] = mapped_column(BigId)


COVERED = (
    "agency_code", "signer", "signer_person", "post", "grant", "policy_epoch", "item_count", "total_cents",
    "list_digest", "key_id",
)  # fmt: skip
NOTED: Noted = {
    PayableRelease: ((*COVERED, "on_behalf_of", "released_at", "suite", "digest", "signature"), ()),
    BankBatch: (
        (
            "agency_code", "reference", "imported_by", "imported_at", "paid_count", "returned_count",
            "paid_cents", "returned_cents",
        ),
        (),
    ),
}  # fmt: skip


def item(payable: Any, amount_cents: int, seq: int) -> dict[str, Any]:
    """A payable as the list names it: ``seq`` is the step of its release."""
    return {
        "payable_id": payable.payable_id,
        "seq": seq,
        "case_no": payable.case_no,
        "line_no": payable.line_no,
        "amount_cents": amount_cents,
        "payee": payable.commitment,
    }


def list_digest(items: Iterable[Mapping[str, Any]], suite: str) -> str:
    """The digest of a release's list, in the order of the payables' numbers."""
    listed = sorted(items, key=lambda one: (one["payable_id"], one["seq"]))
    return digest.digest("payables", [dict(one) for one in listed], suites.named(suite))


def covered(row: Mapping[str, Any]) -> bytes:
    """The bytes that a release's digest and signature cover. Raises UnknownSuite."""
    said = {name: row[name] for name in COVERED}
    # Releases of before there were stand-ins don't name it, and what they signed stays as it was.
    if row["on_behalf_of"] is not None:
        said["on_behalf_of"] = row["on_behalf_of"]
    said["released_at"] = moment_text(row["released_at"])
    return digest.covered("release", said, suites.named(row["suite"]))


def record_digest(row: Mapping[str, Any]) -> str:
    """The digest of a release's record, under its suite. Raises UnknownSuite."""
    return suites.named(row["suite"]).hash(covered(row)).hex()
