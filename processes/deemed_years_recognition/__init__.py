"""Recognises years before the personal account as deemed paid （视同缴费年限认定）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("视同缴费年限认定", "Recognition of deemed contribution years"),
    category="account",
)
