"""Moves a person's insured relations to another agency of the province （省内关系转移）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("省内养老保险关系转移", "Transfer within the province"),
    category="transfer",
)
