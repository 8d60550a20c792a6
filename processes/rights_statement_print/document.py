"""What the statement says: relations, months paid, personal account and benefits on the day of acceptance."""

from typing import Any

from engine import process
from register import spans, words
from register.records import ContributionMonth, PersonRecord, Records

from .form import PURPOSES, Form


def document(form: Form, records: Records) -> dict[str, Any]:
    """The statement's content; the totals are of all months, the list of those asked for."""
    person = process.insured(records)
    return {
        "insurance": words.INSURANCE,
        "purpose": PURPOSES[form.purpose].zh,
        "as_of": records.accepted_on.isoformat(),
        "name": person.name,
        "id_no": person.id_no,
        "sex": words.SEX[person.sex],
        "status": words.PERSON_STATUS[person.status],
        "months_total": person.paid_months,
        "deemed_total": person.deemed_months,
        "principal": process.yuan(_both_origins(person, "principal")),
        "interest": process.yuan(_both_origins(person, "interest")),
        "balance": process.yuan(person.balance_cents),
        "relations": [
            {
                "agency": held.agency_code,
                "kind": words.RELATION_KIND[held.kind],
                "status": words.RELATION_STATUS[held.status],
                "from": held.from_month,
            }
            for held in person.relations
        ],
        "benefits": [
            {
                "kind": words.ENTITLEMENT_KIND.get(held.kind, held.kind),
                "monthly": process.yuan(held.monthly_cents),
                "from": held.from_month,
                "status": words.ENTITLEMENT_STATUS[held.status],
            }
            for held in person.entitlements
        ],
        "spans": [
            {
                "from": span.first,
                "to": span.last,
                "count": span.count,
                "base": process.yuan(span.base_cents),
            }
            for span in spans.of(_wanted(form, person))
        ],
    }


def _wanted(form: Form, person: PersonRecord) -> list[ContributionMonth]:
    first, last = form.from_month or 0, form.to_month or 999912
    return [m for m in person.months if m.origin != "DEEMED" and first <= m.month <= last]


def _both_origins(person: PersonRecord, part: str) -> int:
    """What the person and what employers paid in, and the interest on each."""
    return person.balances.get(part, 0) + person.balances.get(f"employer_{part}", 0)
