"""What the risk rules may see: the amount that is assessed, and the most months of one employee."""

from engine.process import Names
from register.records import Records

from . import assessed
from .form import Form

NAMES = {
    "amount_cents": Names("核定金额（分）", "amount assessed (cents)"),
    "months": Names("单人最多补缴月数", "most months paid back for one employee"),
}


def facts(form: Form, records: Records) -> dict[str, str | int | bool]:
    """Contributions with late fees, and the months they are for."""
    assessments = assessed.of(form, records)
    return {
        "amount_cents": sum(one.whole.total_cents for one in assessments),
        "months": max((len(one.whole.owed) for one in assessments), default=0),
    }
