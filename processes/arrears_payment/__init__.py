"""Books the money that came in for assessed past months （补缴到账入账）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("补缴到账入账", "Booking the payment of arrears"),
    category="contribution",
    applicant=("employer",),
)
