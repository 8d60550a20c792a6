"""An employer reports employees for whom it contributes no more （暂停缴费，人员减少）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("暂停缴费（人员减少）", "Suspension of contributions"),
    category="registration",
    applicant=("employer",),
)
