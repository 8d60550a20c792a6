"""Prints a certificate that a person or an employer is enrolled （参保证明）: a document, no posting."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("参保证明开具", "Certificate of enrolment"),
    category="account",
    applicant=("person", "employer"),
)
