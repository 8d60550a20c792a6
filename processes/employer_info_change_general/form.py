"""The form: the contact details that change; what is left out stays as it is."""

from typing import Self

from pydantic import model_validator

from engine import process
from engine.process import text


class Form(process.Form):
    """New contact details; at least one is given."""

    address: str | None = text("单位地址", "Address", default=None, min_length=1, max_length=200)
    phone: str | None = text(
        "联系电话", "Telephone", default=None, pattern=r"^[0-9][0-9-]{5,18}[0-9]$", personal=True
    )
    contact_name: str | None = text(
        "联系人", "Contact person", default=None, min_length=1, max_length=50, personal=True
    )

    @model_validator(mode="after")
    def _something_is_said(self) -> Self:
        if not self.given():
            raise ValueError("give at least one of address, phone, contact_name")
        return self

    def given(self) -> dict[str, str]:
        """The fields that were given, with their new values."""
        return {name: value for name, value in self.model_dump().items() if value is not None}
