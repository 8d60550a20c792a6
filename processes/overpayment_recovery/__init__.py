"""Claims back what was paid too much of a pension （多领待遇追回）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("多领待遇追回", "Recovery of an overpaid benefit"),
    category="benefit",
)
