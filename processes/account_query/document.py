"""What the enquiry answers: the sums of the lines that stand on each account of the person."""

from typing import Any

from engine import process
from register import chart, words
from register.records import Records

from .form import PURPOSES, Form


def document(form: Form, records: Records) -> dict[str, Any]:
    """The sums as they stand when the case is accepted; what is owed only where something is."""
    person = process.insured(records)
    accounts = [(chart.personal(item), cents) for item, cents in person.balances.items()]
    owed = [
        (chart.PAYABLE, person.owed.get("payable", 0)),
        (chart.RECEIVABLE, person.owed.get("receivable", 0)),
    ]
    return {
        "insurance": words.INSURANCE,
        "purpose": PURPOSES[form.purpose].zh,
        "as_of": records.accepted_on.isoformat(),
        "name": person.name,
        "id_no": person.id_no,
        "status": words.PERSON_STATUS[person.status],
        "months_total": person.paid_months,
        "balance": process.yuan(person.balance_cents),
        "accounts": [
            {"account": chart.ACCOUNTS[code].zh, "sum": process.yuan(cents)}
            for code, cents in (*accounts, *((code, cents) for code, cents in owed if cents))
        ],
    }
