"""What it writes: a new version of the person's contact details."""

from engine import process
from register.entries import Change, Posting
from register.records import Records

from .form import Form


def posting(form: Form, records: Records) -> Posting:
    """One change of ``person_contact``, in force from the day of acceptance."""
    person = process.insured(records)
    after = form.changed()
    change = Change(
        kind="person_contact",
        subject_kind="person",
        subject_id=person.person_id,
        effective_from=records.accepted_on,
        after=after,
        before={name: person.contact.get(name) for name in after},
    )
    return process.composed(records, changes=[change])
