"""The form: who takes the people over, all of them or those that are named, and by what it is proven."""

import re
from typing import Literal, Self

from pydantic import model_validator

from engine import process
from engine.process import IsoDate, Names, text

KINDS = {
    "merger": Names("合并（全部人员转移）", "merger (everybody moves)"),
    "division": Names("分立（所列人员转移）", "division (those that are named move)"),
}
MOST_NAMED = 200
_ID_NO = re.compile(r"[0-9]{17}[0-9X]")
_BETWEEN = re.compile(r"[\s,;，；、]+")


class Form(process.Form):
    """A merger names nobody, a division those who move."""

    kind: Literal["merger", "division"] = text("类型", "Kind", choices=KINDS)
    receiving_uscc: str = text(
        "承接单位统一社会信用代码", "Credit code of who takes over", pattern=r"^[0-9A-Z]{18}$"
    )
    agreed_on: IsoDate = text("合并、分立协议日期", "Agreed on")
    persons: str | None = text(
        "转移人员公民身份号码（以空格或逗号分隔）",
        "Id numbers of those who move (with blanks or commas between)",
        default=None,
        min_length=18,
        max_length=MOST_NAMED * 19,
        personal=True,
    )

    @model_validator(mode="after")
    def _named_where_it_is_a_division(self) -> Self:
        if (self.kind == "division") != (self.persons is not None):
            raise ValueError("a division names who moves, a merger moves everybody")
        if any(not _ID_NO.fullmatch(number) for number in self.numbers()):
            raise ValueError("an id number has 17 digits and a check digit")
        return self

    def numbers(self) -> list[str]:
        """The id numbers that are named, in order."""
        return [number.upper() for number in _BETWEEN.split(self.persons or "") if number]
