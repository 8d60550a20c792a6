"""What the risk rules may see: by how much the benefit changes a month."""

from engine.process import Names
from register.records import Records

from .form import Form

NAMES = {"amount_cents": Names("月待遇变动金额（分）", "monthly difference (cents)")}


def facts(form: Form, _records: Records) -> dict[str, str | int | bool]:
    """The monthly difference, whichever way it goes."""
    return {"amount_cents": abs(form.monthly_delta_cents)}
