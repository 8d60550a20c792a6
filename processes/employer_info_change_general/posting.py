"""What it writes: a new version of the employer's contact details."""

from engine import process
from engine.process import refuse
from register.entries import Change, Posting
from register.records import Records

from .form import Form


def posting(form: Form, records: Records) -> Posting:
    """One change of ``employer_contact``, in force from the day of acceptance, of what becomes different.

    Raises the gate where nothing does.
    """
    employer = process.enrolled(records)
    after = {
        name: value for name, value in form.given().items() if value != employer.contact.get(name)
    }
    if not after:
        raise refuse(
            "employer_contact.unchanged",
            "所填内容与登记一致，没有变更",
            "What is given is what the register says already: nothing changes.",
        )
    change = Change(
        kind="employer_contact",
        subject_kind="employer",
        subject_id=employer.employer_id,
        effective_from=records.accepted_on,
        after=after,
        before={name: employer.contact.get(name) for name in after},
    )
    return process.composed(records, changes=[change])
