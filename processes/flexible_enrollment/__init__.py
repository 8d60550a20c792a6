"""Enrols a flexible worker （灵活就业人员参保登记）, new to the register or back on it."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("灵活就业人员参保登记", "Enrolment of a flexible worker"),
    category="registration",
    enrols=("person",),
)
