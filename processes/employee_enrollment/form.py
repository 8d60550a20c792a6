"""The form: the list of those who were hired, each with what the register keeps of him."""

from typing import Annotated, Literal

from pydantic import Field

from engine.employee_lists import Employee, EmployeeList
from engine.process import IsoDate, Month, Names, text

HUKOU = {"urban": Names("城镇", "urban"), "rural": Names("农村", "rural")}
POST_KIND = {
    "M": Names("男职工", "men's posts"),
    "F55": Names("女职工（原55周岁）", "women's posts, 55"),
    "F50": Names("女职工（原50周岁）", "women's posts, 50"),
}
Wage = Annotated[int, Field(gt=0, le=10**10)]
CONTACT = ("nation", "hukou_type", "mobile", "address")


class Hired(Employee):
    """One employee: birth date and sex are those of the number, which is the social security number."""

    nation: str = text("民族", "Ethnic group", min_length=1, max_length=20)
    hukou_type: Literal["urban", "rural"] = text("户口性质", "Kind of hukou", choices=HUKOU)
    post_kind: Literal["M", "F55", "F50"] = text(
        "退休年龄类别", "Kind of post (retirement age)", choices=POST_KIND
    )
    employ_start: IsoDate = text("用工之日", "Hired on")
    insured_from: Month | None = text(
        "参保月份（不填为业务当月）",
        "Insured from (the present month if left out)",
        default=None,
        unit="month",
    )
    wage_cents: Wage = text("月工资", "Monthly wage", unit="cents")
    first_work_on: IsoDate | None = text("参加工作日期", "First work on", default=None)
    mobile: str | None = text(
        "手机号码", "Mobile phone", default=None, pattern=r"^1[3-9]\d{9}$", personal=True
    )
    address: str | None = text(
        "联系地址", "Postal address", default=None, min_length=1, max_length=200, personal=True
    )

    def contact(self) -> dict[str, str]:
        """What is kept of how to reach him, as far as it was given."""
        given = self.model_dump(include=set(CONTACT))
        return {name: given[name] for name in CONTACT if given[name] is not None}


class Form(EmployeeList[Hired]):
    """Whom the employer hired."""
