"""What a calculator is: a form, the rule it asks, and values that are told with their derivation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo

from engine.process import Form, IsoDate, Names
from register import months
from register.entries import DerivationStep
from register.parameters import Parameters

# How a value is to be read: cents, a month as YYYYMM, a number of months or days, or a word of the names.
Unit = Literal["cents", "month", "months", "days", "word"]

# What a form may say: a calculator is asked by anybody, so nothing it is told may keep it busy.
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
Day = Annotated[IsoDate, Field(ge=_FIRST_DAY, le=_LAST_DAY)]


def birth_of(text: str) -> date:
    """The day, or the first of the month, that a birth is given as. Raises ValueError for no date."""
    return date.fromisoformat(text if len(text) > len("YYYY-MM") else f"{text}-01")


def _birth(text: str) -> str:
    try:
        born = birth_of(text)
    except ValueError:
        raise ValueError("a birth is written YYYY-MM or YYYY-MM-DD") from None
    if not _FIRST_DAY <= born <= _LAST_DAY:
        raise ValueError("a birth is written YYYY-MM or YYYY-MM-DD")
    return text


# The month decides; whoever gives the day needn't know that.
Birth = Annotated[
    str,
    Field(pattern=r"^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$", max_length=10),
    AfterValidator(_birth),
]
Amount = Annotated[int, Field(ge=0, le=10**12)]
MonthCount = Annotated[int, Field(ge=0, le=900)]
LONGEST_RUN = 600


def not_before_first_month(value: int, said: ValidationInfo) -> int:
    """A field validator of ``last_month``: not before ``first_month``, and not too long a run."""
    first = said.data.get("first_month")
    if first is not None and not 0 <= months.between(first, value) < LONGEST_RUN:
        raise ValueError("the last month is the first one or up to 599 months later")
    return value


@dataclass(frozen=True, slots=True)
class Told:
    """One value of the answer; a month is YYYYMM here, a ``word`` brings its own names."""

    code: str
    names: Names
    unit: Unit
    value: int | str
    word: Names | None = None


@dataclass(frozen=True, slots=True)
class Worked:
    """What came out: the values, the most important first, and how each was reckoned."""

    values: Sequence[Told]
    derivation: Sequence[DerivationStep]


@dataclass(frozen=True, slots=True)
class Calculator:
    """One calculator: its code in addresses, its names, what it is asked and what it does.

    ``work`` takes the checked form, the day of the office and the parameters; it raises ParameterMissing,
    or another refusal that names what doesn't fit.
    """

    code: str
    names: Names
    about: Names
    form: type[Form]
    work: Callable[..., Worked]

    def reckon(self, form: Form, today: date, parameters: Parameters) -> Worked:
        """The answer to a checked form."""
        return self.work(form, today, parameters)
