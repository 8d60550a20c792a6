"""Joins a resident's account to an employee's, or hands the employee's over （城乡养老保险制度衔接）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("城乡养老保险制度衔接", "Bridge between employees' and residents' pensions"),
    category="transfer",
)
