"""What the risk rules may see: the money that moves."""

from engine.process import Names
from register.records import Records

from .form import Form
from .posting import posting

NAMES = {"amount_cents": Names("转移金额（分）", "amount that moves (cents)")}


def facts(form: Form, records: Records) -> dict[str, str | int | bool]:
    """Both parts, account and pooled fund."""
    lines = posting(form, records).lines
    return {"amount_cents": sum(line.amount_cents for line in lines if line.side == "credit")}
