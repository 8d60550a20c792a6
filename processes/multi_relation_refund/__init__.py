"""Clears months that two relations share and pays their storage back （多重养老保险关系清理退费）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("多重养老保险关系清理退费", "Clearing of overlapping pension relations"),
    category="account",
)
