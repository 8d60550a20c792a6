"""What a form is filled with from the register, and what the register says now beside a field.

A screen shows personal data masked, so a changed number is typed anew: filled in are only what a form asks
again that the register knows openly, and the account holder's name, which the teller has just typed.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from register import masked, retirement
from register.parameters import Parameters
from register.records import EmployerRecord, PersonRecord
from web.counter.fields import Field
from web.counter.typed import Typed


def fill(known: Sequence[Field], typed: Typed, record: Any, today: date) -> None:
    """Fill in fields that nobody has typed yet: a form's own defaults, and what the register knows."""
    for field in known:
        if field.default:
            typed.form.setdefault(field.name, field.default)
    if not isinstance(record, PersonRecord):
        return
    openly: dict[str, str] = {"post_kind": record.post_kind}
    if typed.applicant.get("name") in {record.name, *record.former_names}:
        openly["holder"] = record.name
    reached = retirement.statutory_month(record.birth, record.post_kind, Parameters(), today)
    openly["retire_month"] = f"{reached // 100:04d}-{reached % 100:02d}"
    for field in known:
        if field.required and field.name in openly:
            typed.form.setdefault(field.name, openly[field.name])


def present(known: Sequence[Field], record: Any) -> Mapping[str, Any]:
    """What the register says now for the form's fields, masked; only where it says something."""
    if isinstance(record, EmployerRecord):
        return _said(known, masked.employer_fields(_of_employer(record)))
    if not isinstance(record, PersonRecord):
        return {}
    said: dict[str, Any] = {
        "name": record.name,
        "id_no": record.id_no,
        "sex": record.sex,
        "birth": record.birth.isoformat(),
        "first_work_on": record.first_work_on and record.first_work_on.isoformat(),
        **record.contact,
        **(record.payment_account or {}),
    }
    return _said(known, masked.fields(said))


def _of_employer(record: EmployerRecord) -> dict[str, Any]:
    return {
        "name": record.name,
        "uscc": record.uscc,
        "legal_person": record.legal_person,
        "bank_name": record.bank_name,
        "bank_account": record.bank_account,
        **record.contact,
    }


def _said(known: Sequence[Field], shown: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        field.name: dict(field.choices).get(shown[field.name], shown[field.name])
        for field in known
        if field.name != "holder" and shown.get(field.name)
    }
