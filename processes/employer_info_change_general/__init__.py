"""Changes an employer's address, telephone or contact person （单位一般信息变更）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("单位一般信息变更", "Change of an employer's contact details"),
    category="registration",
    applicant=("employer",),
)
