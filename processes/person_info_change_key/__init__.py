"""Changes name, id number, sex, birth date or first-work date （个人关键信息变更）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("个人关键信息变更", "Change of key personal data"),
    category="registration",
)
