"""Resumes a suspended pension and pays back the months that are owed （恢复待遇）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("恢复待遇", "Resumption of a benefit"),
    category="benefit",
)
