"""What it writes: the one version of a rule that was applied for, and no money."""

from engine import process
from register.entries import Posting
from register.records import Records

from .form import Form


def posting(form: Form, records: Records) -> Posting:
    """The version as applied for; whether its text still fits the others is asked at each signature."""
    return process.composed(records, rule=form.model_dump(mode="json"))
