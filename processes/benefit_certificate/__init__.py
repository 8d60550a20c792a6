"""Prints a certificate that a person draws a benefit （待遇证明）: a document, no posting."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("待遇证明开具", "Certificate of benefit"),
    category="benefit",
    applicant=("person",),
)
