"""Prints the voucher a relation is transferred with （参保缴费凭证）: a document, no posting."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("参保缴费凭证开具", "Voucher of contributions for a transfer"),
    category="account",
    applicant=("person",),
)
