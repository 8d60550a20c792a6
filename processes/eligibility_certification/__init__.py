"""Records the proof that somebody is still entitled to a benefit （待遇领取资格认证）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("待遇领取资格认证", "Certification of entitlement to a benefit"),
    category="benefit",
)
