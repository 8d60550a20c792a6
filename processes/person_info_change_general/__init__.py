"""Changes a person's contact details （个人一般信息变更）: phone, address, postcode, education."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("个人一般信息变更", "Change of contact details"),
    category="registration",
)
