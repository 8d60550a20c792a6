"""The form: the key data that change, and by what each kind of them is proven."""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, model_validator

from engine import process
from engine.process import Names, text


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


# GB 32100: eighteen characters, letters are capitals.
CreditCode = Annotated[str, BeforeValidator(_upper)]
TITLES = {
    "name": "单位名称",
    "uscc": "统一社会信用代码",
    "legal_person": "法定代表人",
    "bank_name": "开户银行",
    "bank_account": "银行账号",
}
REGISTRATION = ("name", "uscc", "legal_person")
BANK = ("bank_name", "bank_account")
REGISTRATION_EVIDENCE = {
    "business_licence": Names("营业执照或登记证书", "business licence or registration certificate"),
    "change_notice": Names("登记机关变更证明", "certificate of the change by the registry"),
    "shared_data": Names("共享数据", "shared data"),
}
BANK_EVIDENCE = {
    "account_certificate": Names("银行开户证明", "certificate of the account by the bank"),
    "shared_data": Names("共享数据", "shared data"),
}


class Form(process.Form):
    """New key data, at least one; what the registry keeps and what the bank keeps are proven apart."""

    name: str | None = text(TITLES["name"], "Name", default=None, min_length=1, max_length=100)
    uscc: CreditCode | None = text(
        TITLES["uscc"], "Credit code", default=None, pattern=r"^[0-9A-Z]{18}$"
    )
    legal_person: str | None = text(
        TITLES["legal_person"],
        "Legal representative",
        default=None,
        min_length=1,
        max_length=50,
        personal=True,
    )
    registration_evidence: Literal["business_licence", "change_notice", "shared_data"] | None = (
        text(
            "名称、代码、法定代表人变更依据",
            "Evidence of name, code or legal representative",
            default=None,
            choices=REGISTRATION_EVIDENCE,
        )
    )
    bank_name: str | None = text(
        TITLES["bank_name"], "Bank", default=None, min_length=1, max_length=100
    )
    bank_account: str | None = text(
        TITLES["bank_account"], "Bank account", default=None, pattern=r"^\d{10,32}$", personal=True
    )
    bank_evidence: Literal["account_certificate", "shared_data"] | None = text(
        "银行账户变更依据", "Evidence of the bank account", default=None, choices=BANK_EVIDENCE
    )

    @model_validator(mode="after")
    def _something_changes(self) -> Self:
        if not self.changed():
            raise ValueError(f"give at least one of {', '.join(TITLES)}")
        return self

    def changed(self) -> dict[str, str]:
        """The key fields that were given, with their new values."""
        given = self.model_dump(include=set(TITLES))
        return {name: value for name, value in given.items() if value is not None}
