"""What the risk rules may see: the amount that came in."""

from engine.process import Names
from register.records import Records

from .form import Form

NAMES = {"amount_cents": Names("到账金额（分）", "amount received (cents)")}


def facts(form: Form, records: Records) -> dict[str, str | int | bool]:
    """What is booked."""
    del records
    return {"amount_cents": form.amount_cents}
