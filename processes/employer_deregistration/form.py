"""The form: why and when the employer ceased, by what it is proven, and what other bodies say of fines."""

from typing import Literal

from engine import process
from engine.process import Cents, IsoDate, Names, text

REASONS = {
    "bankruptcy": Names("破产", "bankruptcy"),
    "dissolution": Names("解散", "dissolution"),
    "revocation": Names("撤销", "revocation"),
    "merger": Names("合并", "merger into another"),
}
EVIDENCE = {
    "registry_certificate": Names("登记机关注销证明", "certificate of the registry"),
    "shared_data": Names("共享数据", "shared data"),
}


class Form(process.Form):
    """The fine is what the bodies that impose fines answered: the register holds none itself."""

    reason: Literal["bankruptcy", "dissolution", "revocation", "merger"] = text(
        "注销原因", "Reason", choices=REASONS
    )
    occurred_on: IsoDate = text("注销情形发生日期", "Happened on")
    evidence: Literal["registry_certificate", "shared_data"] = text(
        "注销依据", "Evidence", choices=EVIDENCE
    )
    unpaid_fine_cents: Cents = text("查询所得未缴罚款", "Unpaid fines found", unit="cents")
