"""What the risk rules may see: at which level the corrected case stood, and what its reversal touches."""

from engine.process import Names
from register.records import Records

from . import gates, reversal
from .form import Form

NAMES = {
    "corrected_level": Names("被更正件风险等级", "level of the corrected case"),
    "corrected_route": Names("被更正件审批路径", "route of the corrected case"),
    "reverses_money": Names("冲正资金", "money is reversed"),
    "reverses_months": Names("冲正缴费年限", "contribution months are reversed"),
    "reverses_benefit": Names("冲正待遇", "a benefit is reversed"),
    "amount_cents": Names("冲正金额（分）", "amount reversed (cents)"),
}


def facts(form: Form, records: Records) -> dict[str, str | int | bool]:
    """Level and route as the case stood in the end, and what its reversal writes. Raises the gates."""
    old = gates.require(form, records)
    lines = reversal.lines(old)
    kinds = {change.kind for change in old.undoing}
    return {
        "corrected_level": old.level,
        "corrected_route": old.route,
        "reverses_money": bool(lines),
        "reverses_months": "months" in kinds,
        "reverses_benefit": "entitlement" in kinds,
        "amount_cents": sum(line.amount_cents for line in lines if line.side == "debit"),
    }
