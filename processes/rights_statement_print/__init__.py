"""Prints what the register holds of a person's rights （个人权益记录单）: a document, no posting."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("个人权益记录单查询打印", "Statement of personal rights"),
    category="account",
    applicant=("person",),
    national_item_code="002014005002",
)
