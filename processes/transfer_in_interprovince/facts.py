"""What the risk rules may see: the money that comes in."""

from engine.process import Messages, Names, came
from register.records import Records

from .form import Form
from .messages import Money

NAMES = {"amount_cents": Names("转入金额（分）", "amount that comes in (cents)")}


def facts(form: Form, records: Records, messages: Messages) -> dict[str, str | int | bool]:
    """What came in; nothing before it did."""
    del form, records
    money = came(messages, "money", Money)
    return {"amount_cents": 0 if money is None else money.amount_cents}
