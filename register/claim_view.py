"""Claims for past months as answers show them: what is owed, by whom, and by which case it is known."""

from collections.abc import Iterable
from typing import Any

from register.obligations import Claim


def shown(claims: Iterable[Claim]) -> list[dict[str, Any]]:
    """The claims by month; amounts in cents."""
    return [
        {
            "claim_id": claim.claim_id,
            "person_id": claim.person_id,
            "employer_id": claim.employer_id,
            "from_month": claim.from_month,
            "to_month": claim.to_month,
            "base_cents": claim.base_cents,
            "principal_cents": claim.principal_cents,
            "late_fee_cents": claim.late_fee_cents,
            "assessed_on": claim.assessed_on.isoformat(),
            "status": claim.status,
            "receipt_no": claim.receipt_no,
            "case_no": claim.case_no,
        }
        for claim in claims
    ]
