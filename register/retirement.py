"""When a person may retire: the gradual delay of the statutory age, its minimum, and the flexible window.

Source: 全国人大常委会关于实施渐进式延迟法定退休年龄的决定 and its 办法 (from 2025-01-01); flexible
retirement: 人社部发〔2024〕94号. Ages, steps and limits are dated parameters.
"""

from dataclasses import dataclass
from datetime import date

from register import months
from register.parameters import Parameters
from register.records import PersonRecord, PostKind


@dataclass(frozen=True, slots=True)
class Window:
    """The months (YYYYMM) in which a person may retire: by choice, by law, by agreement."""

    earliest: int
    statutory: int
    latest: int


def months_delayed(birth: date, kind: PostKind, parameters: Parameters, on: date) -> int:
    """By how many months the statutory age moves for a birth month.

    One month for every ``step`` birth months begun since the first delayed one, up to the limit.
    Raises ParameterMissing before the rule was in force (2025-01-01).
    """
    first = parameters.integer_entry("delay_first_birth_month", kind, on)
    step = parameters.integer_entry("delay_step_months", kind, on)
    most = parameters.integer_entry("delay_most_months", kind, on)
    elapsed = months.between(first, months.of(birth))
    return 0 if elapsed < 0 else min(most, elapsed // step + 1)


def statutory_month(birth: date, kind: PostKind, parameters: Parameters, on: date) -> int:
    """The month (YYYYMM) in which the statutory age, delay included, is reached."""
    age = parameters.integer_entry("retirement_age_months", kind, on)
    return months.shifted(months.of(birth), age + months_delayed(birth, kind, parameters, on))


def minimum_months(reached: int, parameters: Parameters) -> int:
    """How many contribution months a monthly pension needs, by the month the age is reached.

    180 for those who reach it up to 2029, six more each year from 2030, 240 from 2039 on.
    """
    return parameters.integer("minimum_contribution_months", months.first_day(reached))


def window(birth: date, kind: PostKind, parameters: Parameters, on: date) -> Window:
    """The earliest, statutory and latest month of retirement.

    Up to three years earlier, never below the age before the delay; up to three years later.
    """
    statutory = statutory_month(birth, kind, parameters, on)
    age = parameters.integer_entry("retirement_age_months", kind, on)
    early = parameters.integer("flexible_early_months", on)
    late = parameters.integer("flexible_late_months", on)
    floor = months.shifted(months.of(birth), age)
    return Window(
        earliest=max(floor, months.shifted(statutory, -early)),
        statutory=statutory,
        latest=months.shifted(statutory, late),
    )


def months_to_retirement(record: PersonRecord, on: date, parameters: Parameters) -> int:
    """How many months until the person's statutory month; 0 in it, negative after it."""
    reached = statutory_month(record.birth, record.post_kind, parameters, on)
    return months.between(months.of(on), reached)


def near_retirement(record: PersonRecord, on: date, parameters: Parameters) -> bool:
    """Whether the person is retired or within the parameter ``near_retirement_months`` of it."""
    if record.retired:
        return True
    limit = parameters.integer("near_retirement_months", on)
    return months_to_retirement(record, on, parameters) <= limit
