"""What the risk rules may see: the amount that is paid again."""

from engine.process import Names
from register.records import Records

from .form import Form
from .posting import posting

NAMES = {"amount_cents": Names("重发金额（分）", "amount paid again (cents)")}


def facts(form: Form, records: Records) -> dict[str, str | int | bool]:
    """What is still payable of the payable that came back."""
    lines = posting(form, records).lines
    return {"amount_cents": sum(line.amount_cents for line in lines if line.side == "credit")}
