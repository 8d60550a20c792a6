"""What the risk rules may see: the money found in the old books."""

from engine.process import Names
from register.records import Records

from .form import Form

NAMES = {"amount_cents": Names("旧账查实金额（分）", "money found in the old books (cents)")}


def facts(form: Form, _records: Records) -> dict[str, str | int | bool]:
    """The sum over the periods; nothing where no money was found."""
    return {"amount_cents": sum(period.amount_cents or 0 for period in form.periods)}
