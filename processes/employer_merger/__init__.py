"""Moves an employer's people to the one that takes them over （单位合并、分立）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("单位合并、分立（人员转移）", "Merger or division of employers"),
    category="registration",
    applicant=("employer",),
)
