"""The bases an employer's employees contribute on are declared for the year （缴费基数申报）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("缴费基数申报", "Declaration of contribution bases"),
    category="contribution",
    applicant=("employer",),
)
