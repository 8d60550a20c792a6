"""Carries out a court's order: enquiry, freeze and its end, deduction of what is payable （协助司法）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names(
        "协助司法机关查询、冻结、扣划", "Assistance to a court: enquiry, freeze, deduction"
    ),
    category="account",
)
