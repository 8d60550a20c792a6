"""Approves a retirement, normal or flexible, and determines the pension （退休审批）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("退休审批", "Approval of retirement"),
    category="benefit",
)
