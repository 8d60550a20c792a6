"""Takes over the pension relation of somebody who has left the army （军地养老保险关系转入）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("军地养老保险关系转入", "Transfer in from the army"),
    category="transfer",
)
