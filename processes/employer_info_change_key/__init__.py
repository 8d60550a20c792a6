"""Changes an employer's name, credit code, legal representative or bank （单位关键信息变更）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("单位关键信息变更", "Change of an employer's key data"),
    category="registration",
    applicant=("employer",),
)
