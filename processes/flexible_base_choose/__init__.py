"""A flexible worker chooses the base to contribute on （灵活就业缴费档次选择）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("灵活就业缴费档次选择", "Choice of a flexible worker's contribution base"),
    category="contribution",
)
