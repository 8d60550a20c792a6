"""Begins to pay an approved pension, with the months since its start （待遇计算发放，首次核定）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("待遇计算发放", "First payment of an approved benefit"),
    category="benefit",
)
