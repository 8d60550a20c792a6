"""What the risk rules may see: the amount that is assessed, and how many months."""

from engine import process
from engine.process import Names
from register.records import Records

from . import assessed
from .form import Form

NAMES = {
    "amount_cents": Names("核定金额（分）", "amount assessed (cents)"),
    "months": Names("补缴月数", "months paid back"),
}


def facts(form: Form, records: Records) -> dict[str, str | int | bool]:
    """Contributions with late fees, and the months they are for."""
    whole = assessed.of(form, process.insured(records), records).whole
    return {"amount_cents": whole.total_cents, "months": len(whole.owed)}
