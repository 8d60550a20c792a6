"""Approves an allowance for somebody who can't work any more before the retirement age （病残津贴申领）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("病残津贴申领", "Disability allowance"),
    category="benefit",
)
