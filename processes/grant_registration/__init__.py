"""Enters a grant into the register of business permissions （业务权限授权登记）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("业务权限授权登记", "Registration of a grant"),
    category="authority",
    applicant=("agency",),
)
