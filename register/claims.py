"""Claims (应收补缴) against employers for past months of their employees, as numbered versions.

The last version is what holds: assessed, then settled when its money is booked; a correction (更正) of either
goes one step back. The amounts stand on the fund's accounts of the ledger; these rows say whose they are, so
that an employer's arrears can be asked for.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    bindparam,
    exists,
    insert,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from database.columns import BigId
from database.declarative import APPEND_ONLY, Base, table_of
from database.identifiers import new_id
from database.prepared import Prepared
from database.refusals import Conflict, InvariantBroken
from register import soundness
from register.entries import Change
from register.ledger import part_of_posting
from register.obligations import Claim, ClaimStatus


class ClaimVersion(Base):
    """What an employer owes for a run of a person's past months; settled with the receipt's number.

    One whose assessment a correction took back is ``VOID``.
    """

    __tablename__ = "claim_versions"
    __table_args__ = (
        part_of_posting(),
        UniqueConstraint("claim_id", "version"),
        CheckConstraint("from_month <= to_month", name="months"),
        CheckConstraint(
            "base_cents > 0 AND account_cents >= 0 AND pooled_cents >= 0 AND late_fee_cents >= 0",
            name="amounts",
        ),
        CheckConstraint(
            "status = 'ASSESSED' AND receipt_no IS NULL"
            " OR status = 'SETTLED' AND receipt_no IS NOT NULL"
            " OR status = 'VOID' AND receipt_no IS NULL",
            name="status",
        ),
        Index("ix_claim_versions_person", "person_id", "claim_id", "version"),
        Index("ix_claim_versions_employer", "employer_id", "claim_id", "version"),
        Index("ix_claim_versions_receipt", "receipt_no"),
        Index(None, "case_no", "posting_no"),
        APPEND_ONLY,
    )

    row_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    claim_id: Mapped[str] = mapped_column(String(32))
    version: Mapped[int]
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.person_id"))
    employer_id: Mapped[str] = mapped_column(ForeignKey("employers.employer_id"))
    from_month: Mapped[int]
    to_month: Mapped[int]
    base_cents: Mapped[int] = mapped_column(BigId)
    account_cents: Mapped[int] = mapped_column(BigId)
    pooled_cents: Mapped[int] = mapped_column(BigId)
    late_fee_cents: Mapped[int] = mapped_column(BigId)
    assessed_on: Mapped[date] = mapped_column(Date)
    status: Mapped[ClaimStatus | Literal["VOID"]] = mapped_column(String(10))
    receipt_no: Mapped[str | None] = mapped_column(String(40))
    case_no: Mapped[str] = mapped_column(String(24))
    posting_no: Mapped[int]


class ClaimUnknown(InvariantBroken):
    """A change names a claim that is not about this person, or doesn't stand so that it could follow."""


class ReceiptTaken(Conflict):
    """This receipt was booked before: one payment is booked once."""

    rule = "register.receipt_taken"


_CLAIMS = table_of(ClaimVersion)
_OF_PERSON = Prepared(
    select(_CLAIMS)
    .where(_CLAIMS.c.person_id == bindparam("subject_id"))
    .order_by(_CLAIMS.c.claim_id, _CLAIMS.c.version)
)
_OF_EMPLOYER = Prepared(
    select(_CLAIMS)
    .where(_CLAIMS.c.employer_id == bindparam("subject_id"))
    .order_by(_CLAIMS.c.claim_id, _CLAIMS.c.version)
)
VOID = "VOID"
# What stands before each status: a settlement after its assessment, what is taken back one step further.
_FOLLOWS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"SETTLED": ("ASSESSED",), VOID: ("ASSESSED",), "ASSESSED": ("SETTLED", VOID)}
)
_STATE = (
    "claim_id",
    "version",
    "employer_id",
    "from_month",
    "to_month",
    "base_cents",
    "account_cents",
    "pooled_cents",
    "late_fee_cents",
    "assessed_on",
)


def of_person(session: Session, person_id: str, without: Collection[str] = ()) -> tuple[Claim, ...]:
    """The claims for a person's months as they stand, but for what the cases ``without`` wrote."""
    return latest(_OF_PERSON.all(session, {"subject_id": person_id}), without)


def of_employer(
    session: Session, employer_id: str, without: Collection[str] = ()
) -> tuple[Claim, ...]:
    """The claims against an employer as they stand, but for what the cases ``without`` wrote."""
    return latest(_OF_EMPLOYER.all(session, {"subject_id": employer_id}), without)


def latest(rows: Sequence[Any], without: Collection[str]) -> tuple[Claim, ...]:
    """The claims of these rows, which are in order of their versions; not those that were taken back."""
    last = {row.claim_id: row for row in rows if row.case_no not in without}
    kept = (row for row in last.values() if row.status != VOID)
    found = sorted(kept, key=lambda row: (row.from_month, row.claim_id))
    return tuple(
        Claim(
            claim_id=row.claim_id,
            person_id=row.person_id,
            employer_id=row.employer_id,
            from_month=row.from_month,
            to_month=row.to_month,
            base_cents=row.base_cents,
            account_cents=row.account_cents,
            pooled_cents=row.pooled_cents,
            late_fee_cents=row.late_fee_cents,
            assessed_on=row.assessed_on,
            status=row.status,
            case_no=row.case_no,
            receipt_no=row.receipt_no,
        )
        for row in found
    )


def add(session: Session, change: Change, key: dict[str, object]) -> None:
    """The first version of a claim, or the next of it. Raises ClaimUnknown, ReceiptTaken."""
    state: dict[str, Any] = {"claim_id": new_id(), "version": 0}
    if not soundness.begins(change.kind, change.after):
        state = _followed(session, change)
    if change.after["status"] == "SETTLED":
        _refuse_taken(session, str(change.after["receipt_no"]), str(key["case_no"]))
    said = {name: value for name, value in change.after.items() if name != "received_on"}
    if "assessed_on" in said:
        said["assessed_on"] = date.fromisoformat(said["assessed_on"])
    row = {"receipt_no": None} | state | said | key
    row |= {"person_id": change.subject_id, "version": state["version"] + 1}
    session.execute(insert(_CLAIMS), [row])


def _followed(session: Session, change: Change) -> dict[str, Any]:
    """What stands before the change, but for the receipt."""
    rows = _OF_PERSON.all(session, {"subject_id": change.subject_id})
    latest = {row.claim_id: row for row in rows}
    held = latest.get(str(change.after["claim_id"]))
    if held is None or held.status not in _FOLLOWS[change.after["status"]]:
        raise ClaimUnknown(f"person {change.subject_id} has no claim that could be changed so")
    return {name: getattr(held, name) for name in _STATE}


def _refuse_taken(session: Session, receipt_no: str, case_no: str) -> None:
    """One receipt may settle several claims of its case, and none of another, but for what was taken back."""
    later = _CLAIMS.alias("later")
    followed = exists().where(
        later.c.claim_id == _CLAIMS.c.claim_id, later.c.version > _CLAIMS.c.version
    )
    asked = select(_CLAIMS.c.case_no).where(_CLAIMS.c.receipt_no == receipt_no, ~followed)
    if any(found != case_no for found in session.execute(asked).scalars()):
        raise ReceiptTaken
