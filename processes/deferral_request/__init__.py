"""Lets an employer pay the contributions of some months later （缓缴申请）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("缓缴申请", "Deferral of contributions"),
    category="contribution",
    applicant=("employer",),
)
