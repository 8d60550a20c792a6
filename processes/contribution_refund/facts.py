"""What the risk rules may see: the amount that is given back."""

from engine.process import Names
from register.records import Records

from .form import Form
from .posting import posting

NAMES = {"amount_cents": Names("退费金额（分）", "amount given back (cents)")}


def facts(form: Form, records: Records) -> dict[str, str | int | bool]:
    """What becomes payable to the person."""
    lines = posting(form, records).lines
    return {"amount_cents": sum(line.amount_cents for line in lines if line.side == "credit")}
