"""What it writes: nothing. An enquiry reads the register and leaves it as it is."""

from engine import process
from register.entries import Posting
from register.records import Records

from .form import Form


def posting(form: Form, records: Records) -> Posting:  # noqa: ARG001 - the contract's arguments
    """An empty posting that names what was read."""
    return process.composed(records)
