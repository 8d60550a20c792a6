"""Takes an employer off the register once nothing stands open with it （单位社会保险注销登记）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("单位社会保险注销登记", "Deregistration of an employer"),
    category="registration",
    applicant=("employer",),
)
