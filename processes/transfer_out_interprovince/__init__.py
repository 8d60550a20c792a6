"""Hands a pension relation and its money over to another province （跨省转移转出）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("跨省转移转出", "Transfer out to another province"),
    category="transfer",
)
