"""Who somebody is by number: 公民身份号码 (GB 11643) of persons, 统一社会信用代码 (GB 32100) of employers.

Only check digits come from stdnum: its ``validate`` judges birthplace codes by a list that lacks valid
ones, and refuses credit codes that begin with a letter, as those of farmers' cooperatives do.
"""

import re
from datetime import date
from typing import Literal

from stdnum.cn import ric, uscc

from database.refusals import Invalid

_ID_NO = re.compile(r"[0-9]{17}[0-9X]")
_USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
# Nobody alive was born before; an older number belongs to no living person.
_OLDEST = date(1900, 1, 1)


class IdNumberRefused(Invalid):
    """This is not a valid resident id number: compare it with the document."""

    rule = "id_no.malformed"


class CreditCodeRefused(Invalid):
    """This is not a valid unified social credit code: compare it with the document."""

    rule = "uscc.malformed"


def check_id_no(text: str, today: date) -> None:
    """Raise IdNumberRefused unless this can be the number of a living person.

    Pattern, check digit, and a birth date that exists, lies before ``today`` and isn't before 1900.
    """
    if not _ID_NO.fullmatch(text):
        raise IdNumberRefused(
            "A resident id number has 17 digits and a check digit, which is a digit or a capital X."
        )
    if ric.calc_check_digit(text) != text[-1]:
        raise IdNumberRefused(
            "The check digit does not fit: a digit is mistyped. Compare the number with the document.",
            rule="id_no.check_digit",
        )
    try:
        birth = birth_of(text)
    except ValueError:
        raise IdNumberRefused(
            "Digits 7 to 14 are no date: compare the number with the document.", rule="id_no.birth"
        ) from None
    if not _OLDEST <= birth < today:
        raise IdNumberRefused(
            "The birth date in the number is no living person's: compare it with the document.",
            rule="id_no.birth",
        )


def birth_of(id_no: str) -> date:
    """The birth date in digits 7 to 14. Raises ValueError where they are no date."""
    return date(int(id_no[6:10]), int(id_no[10:12]), int(id_no[12:14]))


def sex_of(id_no: str) -> Literal["M", "F"]:
    """The sex digit 17 says: odd is male."""
    return "M" if int(id_no[16]) % 2 else "F"


def check_uscc(text: str) -> None:
    """Raise CreditCodeRefused unless pattern and check character fit."""
    if not _USCC.fullmatch(text):
        raise CreditCodeRefused(
            "A credit code has 18 characters: digits and capitals without I, O, S, V and Z."
        )
    if uscc.calc_check_digit(text) != text[-1]:
        raise CreditCodeRefused(
            "The check character does not fit: compare the code with the document.",
            rule="uscc.check_digit",
        )
