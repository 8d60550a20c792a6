"""Assesses what an employer owes for past months of its employees （补费和补收核定）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("补费和补收核定", "Assessment of contributions in arrears"),
    category="contribution",
    applicant=("employer",),
)
