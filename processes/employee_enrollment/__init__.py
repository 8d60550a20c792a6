"""An employer enrols employees, new to the register or known already （职工参保登记，新增）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("职工参保登记（新增）", "Enrolment of employees"),
    category="registration",
    applicant=("employer",),
    enrols=("person",),
)
