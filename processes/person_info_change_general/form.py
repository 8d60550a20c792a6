"""The form: the contact details that change; what is left out stays as it is."""

from typing import Literal, Self

from pydantic import model_validator

from engine import process
from engine.process import Names, text

EDUCATION = {
    "primary": Names("小学", "primary school"),
    "junior": Names("初中", "junior middle school"),
    "senior": Names("高中", "senior middle school"),
    "vocational": Names("中专（职高、技校）", "vocational school"),
    "college": Names("大学专科", "college"),
    "bachelor": Names("大学本科", "bachelor"),
    "master": Names("硕士研究生", "master"),
    "doctor": Names("博士研究生", "doctor"),
}
Education = Literal[
    "primary", "junior", "senior", "vocational", "college", "bachelor", "master", "doctor"
]


class Form(process.Form):
    """New contact details; at least one is given. A value may be confirmed by giving it again."""

    mobile: str | None = text(
        "手机号码", "Mobile phone", default=None, pattern=r"^1[3-9]\d{9}$", personal=True
    )
    address: str | None = text(
        "联系地址", "Postal address", default=None, min_length=1, max_length=200, personal=True
    )
    postcode: str | None = text("邮政编码", "Postcode", default=None, pattern=r"^\d{6}$")
    education: Education | None = text("文化程度", "Education", default=None, choices=EDUCATION)

    @model_validator(mode="after")
    def _something_changes(self) -> Self:
        if not self.changed():
            raise ValueError("give at least one of mobile, address, postcode, education")
        return self

    def changed(self) -> dict[str, str]:
        """The fields that were given, with their new values."""
        return {name: value for name, value in self.model_dump().items() if value is not None}
