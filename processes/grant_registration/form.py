"""The form: to whom, for what business, from when to when, up to what amount and on what basis."""

from typing import Annotated, Literal

from pydantic import Field

from engine import process
from engine.process import IsoDate, Names, text

POSTS = {"teller": Names("综合柜员", "teller"), "handler": Names("后台经办", "handler")}
ACTS = {"handle": Names("经办", "handle")}
HANDLING = {"instant": Names("即时业务", "instant"), "limited": Names("限时业务", "limited")}
Limit = Annotated[int, Field(ge=0, le=10**13)]


class Form(process.Form):
    """An application as ``POST /api/grants`` checked it; ``handling`` is the class of business."""

    staff_no: str | None = text("工号", "Staff number", default=None, max_length=32)
    post: str | None = text("岗位", "Post", default=None, max_length=32, choices=POSTS)
    agency: str = text("经办机构", "Agency", min_length=1, max_length=6)
    section: str | None = text("科室", "Section", default=None, max_length=40)
    process: str | None = text("业务事项", "Business", default=None, max_length=40)
    handling: Literal["instant", "limited"] | None = text(
        "业务类别", "Class of business", default=None, choices=HANDLING
    )
    act: str = text("环节", "Step", min_length=1, max_length=40, choices=ACTS)
    valid_from: IsoDate = text("起始日期", "From")
    valid_to: IsoDate | None = text("截止日期", "To, included", default=None)
    amount_limit_cents: Limit | None = text("金额上限", "Up to", default=None, unit="cents")
    basis: str = text("授权依据", "Basis", min_length=1, max_length=400)
    reason: str | None = text(
        "个人授权理由", "Reason of a personal grant", default=None, max_length=400
    )
