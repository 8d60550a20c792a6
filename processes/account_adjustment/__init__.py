"""Corrects the balance of a personal account by a double entry （个人账户变更）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("个人账户变更", "Adjustment of the personal account"),
    category="account",
)
