"""The form: who enrols, by the document, how to reach him, and on which base he will contribute."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from engine import process
from engine.process import IsoDate, Names, text

SEX = {"M": Names("男", "male"), "F": Names("女", "female")}
HUKOU = {"urban": Names("城镇", "urban"), "rural": Names("农村", "rural")}
POST_KIND = {
    "M": Names("男职工", "men's posts"),
    "F55": Names("女职工（原55周岁）", "women's posts, 55"),
    "F50": Names("女职工（原50周岁）", "women's posts, 50"),
}
RESIDENCE = {
    "hukou": Names("户籍在本地", "registered here"),
    "permit": Names("户籍不在本地，有居住证明", "lives here, with evidence of residence"),
}
Percent = Annotated[int, Field(ge=1, le=999)]
CONTACT = ("nation", "hukou_type", "mobile", "address")


class Form(process.Form):
    """Number and name are the applicant's own; birth date and sex are held against the number."""

    birth: IsoDate = text("出生日期", "Date of birth")
    sex: Literal["M", "F"] = text("性别", "Sex", choices=SEX)
    nation: str = text("民族", "Ethnic group", min_length=1, max_length=20)
    hukou_type: Literal["urban", "rural"] = text("户口性质", "Kind of hukou", choices=HUKOU)
    residence: Literal["hukou", "permit"] = text("居住情况", "Residence", choices=RESIDENCE)
    residence_document: str | None = text(
        "居住证明编号（户籍不在本地的填写）",
        "Number of the evidence of residence (where not registered here)",
        default=None,
        min_length=1,
        max_length=50,
    )
    post_kind: Literal["M", "F55", "F50"] = text(
        "退休年龄类别", "Kind of post (retirement age)", choices=POST_KIND
    )
    first_work_on: IsoDate | None = text("参加工作日期", "First work on", default=None)
    mobile: str = text("手机号码", "Mobile phone", pattern=r"^1[3-9]\d{9}$", personal=True)
    address: str | None = text(
        "联系地址", "Postal address", default=None, min_length=1, max_length=200, personal=True
    )
    ratio_percent: Percent = text(
        "缴费档次（占平均工资的百分比）", "Share of the average wage (percent)", unit="percent"
    )

    @model_validator(mode="after")
    def _residence_is_proven(self) -> Self:
        if (self.residence == "permit") != (self.residence_document is not None):
            raise ValueError("name the evidence of residence where not registered here, only there")
        return self

    def contact(self) -> dict[str, str]:
        """What is kept of how to reach him, as far as it was given."""
        given = self.model_dump(include=set(CONTACT))
        return {name: given[name] for name in CONTACT if given[name] is not None}
