"""Enrols somebody past the statutory age （超龄人员参保登记）, under a policy that allows it."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("超龄人员参保登记", "Enrolment past the statutory age"),
    category="registration",
    enrols=("person",),
)
