"""What the risk rules may see: the amount."""

from engine.process import Names
from register.records import Records

from .form import Form

NAMES = {"amount_cents": Names("调整金额（分）", "amount adjusted (cents)")}


def facts(form: Form, _records: Records) -> dict[str, str | int | bool]:
    """The amount, whichever way it goes."""
    return {"amount_cents": form.amount_cents}
