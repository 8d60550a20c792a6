"""Changes the monthly amount of a benefit that is being paid （待遇调整）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("待遇调整", "Adjustment of a benefit"),
    category="benefit",
)
