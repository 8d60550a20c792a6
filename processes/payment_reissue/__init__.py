"""Pays again what the bank returned, or what never had an account （退票重发）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("退票重发", "Payment again after its return"),
    category="benefit",
)
