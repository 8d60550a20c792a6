"""Suspends a pension that is being paid, for a reason that was checked （暂停待遇）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("暂停待遇", "Suspension of a benefit"),
    category="benefit",
)
