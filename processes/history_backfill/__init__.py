"""Adds contribution months that only old records show, each with its evidence （历史缴费数据补录）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("历史缴费数据补录", "Adding contribution history from old records"),
    category="contribution",
)
