"""Registers another version of a rule: risk table, parameters, calendar, process （业务规则变更登记）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("业务规则变更登记", "Registration of a change of rules"),
    category="authority",
    applicant=("agency",),
)
