"""What the certificate says: each benefit in force, its monthly amount, since when, and how it stands."""

from typing import Any

from engine import process
from register import words
from register.records import IN_FORCE, Records

from .form import PURPOSES, Form


def document(form: Form, records: Records) -> dict[str, Any]:
    """The certificate's content. An ended benefit is none."""
    person = process.insured(records)
    held = [one for one in person.entitlements if one.status in IN_FORCE]
    return {
        "insurance": words.INSURANCE,
        "purpose": PURPOSES[form.purpose].zh,
        "as_of": records.accepted_on.isoformat(),
        "name": person.name,
        "id_no": person.id_no,
        "sex": words.SEX[person.sex],
        "total": process.yuan(sum(one.monthly_cents for one in held if one.status == "PAYING")),
        "benefits": [
            {
                "kind": words.ENTITLEMENT_KIND.get(one.kind, one.kind),
                "monthly": process.yuan(one.monthly_cents),
                "from": one.from_month,
                "status": words.ENTITLEMENT_STATUS[one.status],
            }
            for one in held
        ],
    }
