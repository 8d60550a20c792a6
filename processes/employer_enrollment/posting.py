"""What it writes: the employer comes on the register, or is insured again, with what is known of it."""

from collections.abc import Mapping
from datetime import date

from engine import process
from register import newcomers
from register.entries import Change, Posting
from register.records import EmployerRecord, Records

from . import gates
from .form import Form


def posting(form: Form, records: Records) -> Posting:
    """One change of ``employer_key`` and one of ``employer_contact``, from the day of acceptance.

    A deregistered employer keeps its register id and its history. Raises the gates.
    """
    enrolment = process.enrolling(records)
    gates.check(form, records)
    who, on = enrolment.subject_id, records.accepted_on
    after = {
        "uscc": enrolment.number,
        "name": enrolment.name,
        "agency_code": enrolment.agency_code,
        "status": "ACTIVE",
        **form.key(),
    }
    known = records.employer
    changes = (
        [
            newcomers.employer(who, after, on),
            Change("employer_contact", "employer", who, on, form.contact()),
        ]
        if known is None
        else _again(form, known, after, on)
    )
    return process.composed(records, changes=changes)


def _again(form: Form, known: EmployerRecord, after: Mapping[str, str], on: date) -> list[Change]:
    """What is different of an employer that was deregistered, beside what it was."""
    key = {name: said for name, said in after.items() if said != getattr(known, name)}
    contact = form.contact()
    return [
        Change(
            "employer_key",
            "employer",
            known.employer_id,
            on,
            key,
            {name: getattr(known, name) for name in key},
        ),
        Change(
            "employer_contact",
            "employer",
            known.employer_id,
            on,
            contact,
            {name: known.contact.get(name) for name in contact},
        ),
    ]
