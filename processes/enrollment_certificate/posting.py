"""What it writes: nothing. A certificate reads the register and leaves it as it is."""

from engine import process
from engine.process import refuse
from register.entries import Posting
from register.records import Records

from .form import Form


def posting(form: Form, records: Records) -> Posting:
    """An empty posting that names what was read."""
    if records.person is None and form.scope == "contributions":
        raise refuse(
            "certificate.scope",
            "单位参保证明不含个人缴费明细",
            "A certificate for an employer says its status only: ask for scope 'status'.",
        )
    return process.composed(records)
