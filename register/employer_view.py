"""An employer's record as answers show it: what it is, and each change with the case it comes from."""

from typing import Any

from sqlalchemy.orm import Session

from register import masked, person_view, reading, versions
from register.records import EmployerRecord


def shown_employer(session: Session, employer_id: str) -> dict[str, Any]:
    """The record of ``GET /api/register/employers/{employer_id}``; the caller checks who may see.

    An employer's name, address and credit code are public. Raises EmployerNotFound.
    """
    record = reading.employer(session, employer_id)
    return {
        "employer_id": employer_id,
        "uscc": record.uscc,
        "name": record.name,
        "agency": record.agency_code,
        "status": record.status,
        **described(record),
        "version": record.version,
        "versions": [
            person_view.version(row) for row in versions.of_employer(session, employer_id)
        ],
    }


def described(record: EmployerRecord) -> dict[str, Any]:
    """Who speaks for an employer, its bank and its contact, masked where they are about people or money."""
    return {
        **masked.employer_fields(
            {
                "legal_person": record.legal_person,
                "legal_person_id_no": record.legal_person_id_no,
                "bank_name": record.bank_name,
                "bank_account": record.bank_account,
            }
        ),
        "unit_type": record.unit_type,
        "insured_since": record.insured_since,
        "insurance_types": record.insurance_types,
        "contact": masked.employer_fields(record.contact),
    }
