"""Pays out the personal account and ends the insured relations （个人账户一次性返还）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("个人账户一次性返还", "Personal account paid out at once"),
    category="benefit",
)
