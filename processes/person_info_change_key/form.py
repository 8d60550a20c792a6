"""The form: the key data that change, and by what they are proven."""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, model_validator

from engine import process
from engine.process import IsoDate, Names, text
from register import identity


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


# GB 11643: eighteen characters, a check digit X is written as a capital.
IdNumber = Annotated[str, BeforeValidator(_upper)]
EVIDENCE = {
    "police_certificate": Names("公安机关更正证明", "certificate of correction by the police"),
    "household_register": Names("户口簿", "household register"),
    "archive_first_record": Names("档案最先记载", "the archive's first record"),
    "shared_data": Names("共享数据", "shared data"),
}
SEXES = {"M": Names("男", "male"), "F": Names("女", "female")}
KEY_FIELDS = ("name", "id_no", "sex", "birth", "first_work_on")


class Form(process.Form):
    """New key data; at least one is given. A value may be confirmed by giving it again."""

    name: str | None = text(
        "姓名", "Name", default=None, min_length=1, max_length=50, personal=True
    )
    id_no: IdNumber | None = text(
        "公民身份号码", "Id number", default=None, pattern=r"^\d{17}[\dX]$", personal=True
    )
    sex: Literal["M", "F"] | None = text("性别", "Sex", default=None, choices=SEXES)
    birth: IsoDate | None = text("出生日期", "Birth date", default=None, personal=True)
    first_work_on: IsoDate | None = text("参加工作时间", "First-work date", default=None)
    evidence_type: Literal[
        "police_certificate", "household_register", "archive_first_record", "shared_data"
    ] = text("证明类型", "Kind of evidence", choices=EVIDENCE)

    @model_validator(mode="after")
    def _something_changes(self) -> Self:
        if not self.changed():
            raise ValueError(f"give at least one of {', '.join(KEY_FIELDS)}")
        return self

    @model_validator(mode="after")
    def _number_fits(self) -> Self:
        """An id number says birth date (digits 7 to 14) and sex (digit 17: odd is male)."""
        if self.id_no is None:
            return self
        if self.birth is not None and self.id_no[6:14] != self.birth.strftime("%Y%m%d"):
            raise ValueError("the birth date is not the one in the id number")
        if self.sex is not None and self.sex != identity.sex_of(self.id_no):
            raise ValueError("the sex is not the one in the id number")
        return self

    @model_validator(mode="after")
    def _work_follows_birth(self) -> Self:
        if self.birth and self.first_work_on and self.first_work_on <= self.birth:
            raise ValueError("the first-work date lies before the birth date")
        return self

    def changed(self) -> dict[str, str]:
        """The key fields that were given, with their new values as JSON has them."""
        given = self.model_dump(mode="json", include=set(KEY_FIELDS))
        return {name: value for name, value in given.items() if value is not None}
