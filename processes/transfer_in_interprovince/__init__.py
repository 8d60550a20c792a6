"""Takes a pension relation over from another province （跨省转入）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("跨省转入", "Transfer in from another province"),
    category="transfer",
)
