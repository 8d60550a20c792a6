"""Corrects a completed case by a case of its own that reverses what the other posted （业务更正）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("业务更正", "Correction of a completed case"),
    category="registration",
    applicant=("person", "employer"),
)
