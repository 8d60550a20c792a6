"""What the risk rules may see: how much is paid back, and for how many months."""

from engine.process import Names
from register.records import Records

from . import resumption
from .form import Form

NAMES = {
    "amount_cents": Names("补发金额（分）", "paid back (cents)"),
    "months_back": Names("补发月数", "months paid back"),
}


def facts(form: Form, records: Records) -> dict[str, str | int | bool]:
    """Both are nothing where the reason pays nothing back."""
    found = resumption.of(form, records)
    return {"amount_cents": found.cents, "months_back": len(found.paid_back)}
