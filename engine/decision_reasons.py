"""Why a case goes back or is refused, in words that can be counted: coded reasons with their names.

A sign-off keeps the codes, and other short texts beside them; what a code is called may get better, the code
stays.
Source: 陕社保发[2016]27号 附2 五(三): no refusal without reason, and what is missing is told at once.
"""

from collections.abc import Mapping
from typing import Any

from engine.process import Names

RETURN: Mapping[str, Names] = {
    "material_missing": Names("缺少必要材料", "a required material is missing"),
    "material_illegible": Names("材料或扫描件看不清", "a material or its scan can't be read"),
    "material_unfit": Names(
        "材料不符合要求或已过期", "a material is not the right one, or expired"
    ),
    "not_as_original": Names("录入与材料原件不一致", "what was entered differs from the original"),
    "not_as_register": Names("与权益记录不一致", "differs from the register"),
    "amount_wrong": Names("金额或年限计算依据有误", "amount or years rest on something wrong"),
    "facts_unclear": Names("事实须进一步核实", "the facts need to be looked into"),
    "signature_missing": Names("缺少签名或盖章", "a signature or stamp is missing"),
    "register_changed": Names(
        "受理后权益记录已有变动", "the register has changed since the acceptance"
    ),
    "other": Names("其他（见意见）", "other (see the opinion)"),
}
REFUSE: Mapping[str, Names] = {
    "conditions_not_met": Names("不符合办理条件", "the conditions are not met"),
    "not_competent": Names("不属于本机构办理", "another agency is competent"),
    "facts_untrue": Names("申请内容或材料不实", "what was stated or shown is not true"),
    "already_done": Names("已经办理，重复申请", "already done: applied for twice"),
    "not_completed_in_time": Names("逾期未补正", "not completed in time"),
    "other": Names("其他（见意见）", "other (see the opinion)"),
}
REASONS: Mapping[str, Mapping[str, Names]] = {"return": RETURN, "refuse": REFUSE}

# The reason of whoever gave words alone: the opinion, or a text beside the codes, says it.
OTHER = "other"
# What the engine gives as reason by itself; nobody chooses it.
BY_ITSELF = frozenset({"register_changed"})
# Begins the text that cites the provision a refusal rests on: a sign-off keeps it beside the codes.
_CITED = "依据："


def choices(decision: str) -> Mapping[str, Names]:
    """The reasons a person may choose for a decision; none for an approval."""
    found = REASONS.get(decision, {})
    return {code: names for code, names in found.items() if code not in BY_ITSELF}


def named(decision: str, code: str) -> Names:
    """What a reason is called; free text is called what it says."""
    known = REASONS.get(decision, {}).get(code)
    if known is not None:
        return known
    cited = citation(code)
    return Names(code, code if cited is None else f"by {cited}")


def citing(basis: str) -> str:
    """A provision as a sign-off keeps it among its reasons."""
    return f"{_CITED}{basis}"


def citation(reason: str) -> str | None:
    """The provision that a reason cites; None of any other reason."""
    return reason.removeprefix(_CITED) if reason.startswith(_CITED) else None


def shown() -> dict[str, list[dict[str, Any]]]:
    """All reasons to choose from, by decision."""
    return {
        decision: [
            {"code": code, "zh": names.zh, "en": names.en}
            for code, names in choices(decision).items()
        ]
        for decision in REASONS
    }
