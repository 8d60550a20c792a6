"""The form: what kind of employer enrols, who speaks for it, its bank, and since when it is insured."""

from typing import Annotated, Literal

from pydantic import BeforeValidator

from engine import process
from engine.process import IsoDate, Names, text

UNIT_TYPE = {
    "enterprise": Names("企业", "enterprise"),
    "sole_trader": Names("有雇工的个体工商户", "sole trader with employees"),
    "institution": Names("事业单位", "public institution"),
    "association": Names("社会团体、民办非企业单位", "association or private non-enterprise unit"),
    "cooperative": Names("农民专业合作社", "farmers' cooperative"),
    "other": Names("其他", "other"),
}
INSURANCES = {
    "pension": Names("养老", "pension"),
    "pension_unemployment": Names("养老、失业", "pension and unemployment"),
    "pension_injury": Names("养老、工伤", "pension and work injury"),
    "pension_unemployment_injury": Names(
        "养老、失业、工伤", "pension, unemployment and work injury"
    ),
}
EVIDENCE = {
    "shared_data": Names("共享数据", "shared data"),
    "business_licence": Names("营业执照", "business licence"),
    "registration_certificate": Names("登记证书", "registration certificate"),
    "unit_seal": Names("单位印章", "the employer's seal"),
}
KEY = (
    "unit_type",
    "legal_person",
    "legal_person_id_no",
    "bank_name",
    "bank_account",
    "insured_since",
    "insurance_types",
)
CONTACT = ("address", "phone", "contact_name")


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


# GB 11643: the check digit may be a capital X.
IdNumber = Annotated[str, BeforeValidator(_upper)]


class Form(process.Form):
    """Credit code and name are the applicant's own. The pension is always among the insurances."""

    unit_type: Literal[
        "enterprise", "sole_trader", "institution", "association", "cooperative", "other"
    ] = text("单位类型", "Kind of employer", choices=UNIT_TYPE)
    registration_evidence: Literal[
        "shared_data", "business_licence", "registration_certificate", "unit_seal"
    ] = text("登记依据", "Evidence of registration", choices=EVIDENCE)
    legal_person: str = text(
        "法定代表人（负责人）", "Legal representative", min_length=1, max_length=50, personal=True
    )
    legal_person_id_no: IdNumber = text(
        "法定代表人证件号码",
        "Id number of the legal representative",
        pattern=r"^\d{17}[\dX]$",
        personal=True,
    )
    address: str = text("注册地址", "Registered address", min_length=1, max_length=200)
    phone: str | None = text(
        "联系电话", "Telephone", default=None, pattern=r"^[0-9-]{5,20}$", personal=True
    )
    contact_name: str | None = text(
        "联系人", "Contact person", default=None, min_length=1, max_length=50, personal=True
    )
    bank_name: str = text("开户银行", "Bank", min_length=2, max_length=100)
    bank_account: str = text("银行账号", "Bank account", pattern=r"^\d{10,32}$", personal=True)
    insured_since: IsoDate = text("参保日期", "Insured since")
    insurance_types: Literal[
        "pension", "pension_unemployment", "pension_injury", "pension_unemployment_injury"
    ] = text("参保险种", "Insurances", choices=INSURANCES)

    def key(self) -> dict[str, str]:
        """What is kept of the employer itself, but for name and credit code."""
        given = self.model_dump(mode="json", include=set(KEY))
        return {name: given[name] for name in KEY}

    def contact(self) -> dict[str, str]:
        """How it is reached, as far as it was given."""
        given = self.model_dump(include=set(CONTACT))
        return {name: given[name] for name in CONTACT if given[name] is not None}
