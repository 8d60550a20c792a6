"""The form: when the person died, up to when the pension was paid, and to whom the grants go."""

from typing import Literal

from engine import process
from engine.process import IsoDate, Month, Names, text

FUNERAL = {
    "here": Names("在本险种领取", "claimed here"),
    "elsewhere": Names("已选择在工伤、失业等其他保险领取", "claimed under another insurance"),
}
RELATIONS = {
    "spouse": Names("配偶", "spouse"),
    "child": Names("子女", "child"),
    "parent": Names("父母", "parent"),
    "other": Names("其他亲属或继承人", "another relative or heir"),
}


class Form(process.Form):
    """Grants and balances are computed. Who is paid stays with the case: the register owes it to the dead."""

    died_on: IsoDate = text("死亡日期", "Date of death")
    paid_through: Month | None = text(
        "养老金已发至年月（已领取养老金的填写）",
        "Last month of pension paid (where a pension is drawn)",
        default=None,
        unit="month",
    )
    funeral_grant: Literal["here", "elsewhere"] = text(
        "丧葬补助金", "Funeral grant", choices=FUNERAL, default="here"
    )
    heir_relation: Literal["spouse", "child", "parent", "other"] = text(
        "领取人与死者关系", "Payee's relation to the dead person", choices=RELATIONS
    )
    holder: str = text("领取人姓名（户名）", "Payee", min_length=1, max_length=50, personal=True)
    bank_name: str = text("开户银行", "Bank", min_length=2, max_length=100)
    bank_account: str = text(
        "银行账号", "Bank account number", pattern=r"^\d{10,32}$", personal=True
    )
