"""The average index (平均缴费工资指数): how a person's bases compare with the average wage over the years.

Source: 国发〔2005〕38号; rounding and the treatment of months without a contribution differ by province
and are dated parameters (``average_index_digits``, ``average_index_gaps``).
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from register import months
from register.parameters import Parameters
from register.records import ContributionMonth


def average_index(paid: Sequence[ContributionMonth], parameters: Parameters, on: date) -> Decimal:
    """The mean, over the months that count, of own base divided by the average wage of its year.

    Deemed months have no base and don't count. Where gaps are treated as ``zero``, the months from
    the first to the last contribution are the divisor. No contribution at all gives 0. Raises
    ParameterMissing for a year without an average wage.
    """
    counted = [month for month in paid if month.origin != "DEEMED"]
    if not counted:
        return Decimal(0)
    by_year: Counter[int] = Counter()
    for month in counted:
        by_year[month.month // 100] += month.base_cents
    total = sum(
        (
            Decimal(cents) / parameters.integer("average_wage_cents", date(year, 1, 1))
            for year, cents in sorted(by_year.items())
        ),
        Decimal(0),
    )
    divisor = len(counted)
    if parameters.text("average_index_gaps", on) == "zero":
        spanned = [month.month for month in counted]
        divisor = months.between(min(spanned), max(spanned)) + 1
    return rounded(total / divisor, parameters.integer("average_index_digits", on))


def rounded(number: Decimal, digits: int) -> Decimal:
    """The number half up to so many decimals."""
    return number.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
