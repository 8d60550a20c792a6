"""Approves an earlier retirement after a special job （特殊工种提前退休审批）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("特殊工种提前退休审批", "Early retirement after a special job"),
    category="benefit",
)
