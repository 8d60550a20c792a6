"""What the risk rules may see: the measure, and the money that goes to the court."""

from engine.process import Names
from register.records import Records

from .form import Form

NAMES = {
    "measure": Names("协助事项", "what is asked for"),
    "amount_cents": Names("扣划金额（分）", "amount deducted (cents)"),
}


def facts(form: Form, records: Records) -> dict[str, str | int | bool]:  # noqa: ARG001 - the contract
    """As the form says."""
    return {"measure": form.measure, "amount_cents": form.amount_cents or 0}
