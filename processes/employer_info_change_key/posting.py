"""What it writes: a new version of the employer's key data."""

from engine import process
from register import identity
from register.entries import Change, Posting
from register.records import Records

from . import gates
from .form import Form


def posting(form: Form, records: Records) -> Posting:
    """One change of ``employer_key``, in force from the day of acceptance.

    Raises the refusals of the credit code (GB 32100), and the gates on what doesn't change or isn't proven.
    """
    employer = process.enrolled(records)
    if form.uscc is not None:
        identity.check_uscc(form.uscc)
    after = form.changed()
    before = {
        "name": employer.name,
        "uscc": employer.uscc,
        "legal_person": employer.legal_person,
        "bank_name": employer.bank_name,
        "bank_account": employer.bank_account,
    }
    gates.check_different(after, before)
    gates.check_proven(form)
    change = Change(
        kind="employer_key",
        subject_kind="employer",
        subject_id=employer.employer_id,
        effective_from=records.accepted_on,
        after=after,
        before={name: before[name] for name in after},
    )
    return process.composed(records, changes=[change])
