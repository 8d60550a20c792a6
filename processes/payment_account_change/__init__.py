"""Changes the bank account a person's benefits are paid to （待遇发放账户变更）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("待遇发放账户变更", "Change of the account benefits are paid to"),
    category="benefit",
)
