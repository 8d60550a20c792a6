"""What stands between an employer and the fund, as plain values: its staff, claims against it, deferrals.

Months are YYYYMM integers, money is integer cents.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from register import months

ClaimStatus = Literal["ASSESSED", "SETTLED"]
DeferralKind = Literal["hardship", "force_majeure"]
StaffStatus = Literal["ACTIVE", "INTERRUPTED"]
ONE_DAY = date.resolution


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody insured with the employer whose relation has not ended."""

    person_id: str
    id_no: str
    relation_id: str
    agency_code: str
    status: StaffStatus
    from_month: int


@dataclass(frozen=True, slots=True)
class Claim:
    """What an employer owes for past months of one person: assessed (核定) until its money is booked.

    The months run from ``from_month`` to ``to_month`` on one base; ``account_cents`` and ``pooled_cents`` are
    the parts of their contributions, ``late_fee_cents`` what was reckoned to the day of assessment, and of
    a settled claim to the day of payment. ``case_no`` is the case that wrote this version.
    """

    claim_id: str
    person_id: str
    employer_id: str
    from_month: int
    to_month: int
    base_cents: int
    account_cents: int
    pooled_cents: int
    late_fee_cents: int
    assessed_on: date
    status: ClaimStatus
    case_no: str
    receipt_no: str | None = None

    @property
    def principal_cents(self) -> int:
        """The contributions of its months."""
        return self.account_cents + self.pooled_cents

    @property
    def months(self) -> list[int]:
        """Its months, in order."""
        return months.spanned(self.from_month, self.to_month)


@dataclass(frozen=True, slots=True)
class Deferral:
    """Months whose contributions an employer may pay later (缓缴): no late fee counts in them."""

    kind: DeferralKind
    from_month: int
    to_month: int

    @property
    def stop(self) -> tuple[date, date]:
        """The first and the last day on which the late fee stands still."""
        after = months.first_day(months.shifted(self.to_month, 1))
        return months.first_day(self.from_month), after - ONE_DAY


def approved(said: Iterable[Any]) -> tuple[Deferral, ...]:
    """The deferrals of an employer's versions, in the order of recording; not those that were taken back.

    What was recorded last of the same kind and months says whether it stands.
    """
    latest: dict[Deferral, str] = {}
    for row in said:
        if row.kind == "deferral":
            after = row.after
            deferral = Deferral(after["kind"], after["from_month"], after["to_month"])
            latest[deferral] = after.get("status", "APPROVED")
    return tuple(deferral for deferral, status in latest.items() if status == "APPROVED")


def standing(claims: Iterable[Claim]) -> list[Claim]:
    """The claims that are assessed and not paid."""
    return [claim for claim in claims if claim.status == "ASSESSED"]
