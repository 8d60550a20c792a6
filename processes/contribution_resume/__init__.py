"""An employer contributes again for employees who were suspended （恢复缴费，人员续保）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("恢复缴费（人员续保）", "Resumption of contributions"),
    category="registration",
    applicant=("employer",),
)
