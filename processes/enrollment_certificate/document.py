"""What the certificate says: the content that is fixed when it is issued and checked by its code."""

from collections.abc import Iterator
from typing import Any

from engine import process
from register import spans, words
from register.records import ContributionMonth, PersonRecord, Records

from .form import PURPOSES, Form


def document(form: Form, records: Records) -> dict[str, Any]:
    """The certificate's content; months are listed for scope ``contributions``."""
    content: dict[str, Any] = {
        "insurance": words.INSURANCE,
        "purpose": PURPOSES[form.purpose].zh,
        "scope": form.scope,
        "as_of": records.accepted_on.isoformat(),
    }
    if records.employer is not None:
        employer = records.employer
        return content | {
            "kind": "employer",
            "name": employer.name,
            "id_no": employer.uscc,
            "status": words.EMPLOYER_STATUS[employer.status],
        }
    person = process.insured(records)
    content |= {
        "kind": "person",
        "name": person.name,
        "id_no": person.id_no,
        "sex": words.SEX[person.sex],
        "status": words.PERSON_STATUS["RETIRED" if person.retired else person.status],
        "months_total": person.paid_months,
        "deemed_total": person.deemed_months,
    }
    if form.scope == "contributions":
        content["spans"] = [
            {
                "from": span.first,
                "to": span.last,
                "count": span.count,
                "base": process.yuan(span.base_cents),
            }
            for span in spans.of(_wanted(form, person))
        ]
    return content


def _wanted(form: Form, person: PersonRecord) -> Iterator[ContributionMonth]:
    first, last = form.from_month or 0, form.to_month or 999912
    return (m for m in person.months if m.origin != "DEEMED" and first <= m.month <= last)
