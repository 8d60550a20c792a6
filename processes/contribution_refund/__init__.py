"""Gives back what a person paid for months by mistake or twice （多缴、误缴、重复缴费退费）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("多缴、误缴、重复缴费退费", "Refund of contributions paid by mistake or twice"),
    category="contribution",
)
