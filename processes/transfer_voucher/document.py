"""What the voucher says: person, relations, months and bases by year, account, and the pooled part."""

from collections import Counter
from typing import Any

from engine import process
from register import words
from register.records import PersonRecord, Records
from register.rules.transfer import Transfer

from . import moving
from .form import REASONS, Form


def document(form: Form, records: Records) -> dict[str, Any]:
    """The voucher's content; the sums are those of the day of acceptance, as the posting derives them."""
    person = process.insured(records)
    moves = moving.of(person, records)
    return {
        "insurance": words.INSURANCE,
        "purpose": REASONS[form.reason].zh,
        "as_of": records.accepted_on.isoformat(),
        "name": person.name,
        "id_no": person.id_no,
        "sex": words.SEX[person.sex],
        "status": words.PERSON_STATUS[person.status],
        "months_total": person.paid_months,
        "deemed_total": person.deemed_months,
        "balance": process.yuan(moves.account_cents),
        "pooled": process.yuan(moves.pooled_cents),
        "total": process.yuan(moves.total_cents),
        "relations": [
            {
                "agency": held.agency_code,
                "kind": words.RELATION_KIND[held.kind],
                "status": words.RELATION_STATUS[held.status],
                "from": held.from_month,
            }
            for held in person.relations
        ],
        "years": _years(person, moves),
    }


def _years(person: PersonRecord, moves: Transfer) -> list[dict[str, Any]]:
    """Every year with months paid: how many, on which bases in all, and what moves of the pooled fund."""
    months: Counter[int] = Counter()
    bases: Counter[int] = Counter()
    for month in person.months:
        if month.origin != "DEEMED":
            months[month.month // 100] += 1
            bases[month.month // 100] += month.base_cents
    pooled = {part.year: part.pooled_cents for part in moves.years}
    return [
        {
            "year": year,
            "months": months[year],
            "bases": process.yuan(bases[year]),
            "pooled": process.yuan(pooled.get(year, 0)),
        }
        for year in sorted(months)
    ]
