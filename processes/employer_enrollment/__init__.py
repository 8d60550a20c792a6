"""Enrols an employer （企业参保登记）, new to the register or registered again after its deregistration."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("企业参保登记", "Enrolment of an employer"),
    category="registration",
    applicant=("employer",),
    enrols=("employer",),
)
