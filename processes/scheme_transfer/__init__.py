"""Moves relation and money between the enterprises' scheme and that of public bodies （机关事业单位）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names(
        "机关事业单位与企业养老保险关系转移",
        "Transfer between the schemes of public bodies and enterprises",
    ),
    category="transfer",
)
