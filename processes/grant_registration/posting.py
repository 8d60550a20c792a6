"""What it writes: the one entry of the grant register that was applied for, and no money."""

from engine import process
from register.entries import Posting
from register.records import Records

from .form import Form


def posting(form: Form, records: Records) -> Posting:
    """The entry word for word; whether it may be made as things stand the engine asks at each signature."""
    return process.composed(records, grant=form.model_dump(mode="json"))
