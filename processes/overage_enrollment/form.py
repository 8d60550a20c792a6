"""The form: who enrols past the age, under which policy, and what proves it."""

from typing import Literal

from engine import process
from engine.process import IsoDate, Names, text

SEX = {"M": Names("男", "male"), "F": Names("女", "female")}
HUKOU = {"urban": Names("城镇", "urban"), "rural": Names("农村", "rural")}
POST_KIND = {
    "M": Names("男职工", "men's posts"),
    "F55": Names("女职工（原55周岁）", "women's posts, 55"),
    "F50": Names("女职工（原50周岁）", "women's posts, 50"),
}
# Which of them are open is a dated parameter (overage_policies).
POLICY = {
    "extension": Names("缴费不足最低年限，延长缴费", "too few years: contributions go on"),
    "land_requisition": Names("被征地农民", "land was requisitioned"),
    "family_worker": Names("“五七工”、“家属工”", "family worker of old"),
}
CONTACT = ("nation", "hukou_type", "mobile", "address")


class Form(process.Form):
    """Number and name are the applicant's own. Age and months contributed are worked out, not entered."""

    policy_code: Literal["extension", "land_requisition", "family_worker"] = text(
        "政策依据", "Policy", choices=POLICY
    )
    policy_document: str = text(
        "政策文件或认定文号", "Policy document or its number", min_length=2, max_length=100
    )
    evidence: str = text(
        "劳动关系或档案证明", "Evidence of employment or file", min_length=2, max_length=200
    )
    reason: str = text("参保理由", "Reason", min_length=2, max_length=500)
    birth: IsoDate = text("出生日期", "Date of birth")
    sex: Literal["M", "F"] = text("性别", "Sex", choices=SEX)
    nation: str = text("民族", "Ethnic group", min_length=1, max_length=20)
    hukou_type: Literal["urban", "rural"] = text("户口性质", "Kind of hukou", choices=HUKOU)
    post_kind: Literal["M", "F55", "F50"] = text(
        "退休年龄类别", "Kind of post (retirement age)", choices=POST_KIND
    )
    first_work_on: IsoDate | None = text("参加工作日期", "First work on", default=None)
    mobile: str = text("手机号码", "Mobile phone", pattern=r"^1[3-9]\d{9}$", personal=True)
    address: str | None = text(
        "联系地址", "Postal address", default=None, min_length=1, max_length=200, personal=True
    )

    def contact(self) -> dict[str, str]:
        """What is kept of how to reach him, as far as it was given."""
        given = self.model_dump(include=set(CONTACT))
        return {name: given[name] for name in CONTACT if given[name] is not None}
