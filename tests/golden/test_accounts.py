"""Interest, transfer and place of benefit against the figures of their sources."""

from datetime import date

import pytest

from register import interest, months
from register.parameters import ParameterMissing, Parameters
from register.records import Sex
from register.rules import account_interest, benefit_place, transfer
from register.rules.benefit_place import Stay
from tests.golden.book import golden, with_values

INTEREST, TRANSFER = golden("interest"), golden("transfer")
ON = date(2026, 11, 23)


def run(first: int, count: int, cents: int) -> dict[int, int]:
    """The same amount in so many months running."""
    return {months.shifted(first, n): cents for n in range(count)}


@pytest.mark.parametrize(("year", "closing"), list(INTEREST["year_on_ten_thousand"].items()))
def test_a_year_on_ten_thousand(year: int, closing: int) -> None:
    assert interest.settled(1_000_000, {}, year, Parameters()).closing_cents == closing


@pytest.mark.parametrize(("month", "earned"), list(INTEREST["single_credit"].items()))
def test_a_credit_bears_interest_from_its_month_on(month: int, earned: int) -> None:
    found = interest.settled(0, {month: 120_000}, 2024, Parameters())
    assert found.credit_interest_cents == earned


@pytest.mark.parametrize(
    ("opening", "monthly", "first", "last", "closing", "earned"), INTEREST["years"]
)
def test_years(
    opening: int, monthly: int, first: int, last: int, closing: int, earned: int
) -> None:
    credit = run(first * 100 + 1, (last - first + 1) * 12, monthly)
    found = account_interest.over_years(opening, credit, first, last, Parameters())
    assert (found.closing_cents, found.interest_cents) == (closing, earned)
    assert len(found.derivation) == 3 * (last - first + 1)


def test_years_by_the_annual_method_where_a_province_says_so() -> None:
    credit = run(202401, 12, 48_000)
    chosen = with_values(interest_method="annual")
    found = account_interest.over_years(5_000_000, credit, 2024, 2024, chosen)
    assert found.closing_cents == 5_131_000 + 584_172


@pytest.mark.parametrize(
    ("opening", "monthly", "month", "closing", "earned"), INTEREST["retirement"]
)
def test_up_to_a_retirement(
    opening: int, monthly: int, month: int, closing: int, earned: int
) -> None:
    credit = run(month // 100 * 100 + 1, 12, monthly)
    parameters = Parameters()
    found = account_interest.at_retirement(opening, credit, month, parameters)
    assert (found.closing_cents, found.interest_cents) == (closing, earned)
    assert not all(use["verified"] for use in parameters.used)


@pytest.mark.parametrize(("opening", "monthly", "month", "handed"), INTEREST["transfer"])
def test_up_to_a_transfer(opening: int, monthly: int, month: int, handed: int) -> None:
    credit = run(month // 100 * 100 + 1, 12, monthly)
    found = account_interest.at_transfer(opening, credit, month)
    assert (found.closing_cents, found.interest_cents) == (handed, 0)


def test_years_without_a_rate_are_refused() -> None:
    with pytest.raises(ParameterMissing, match="bookkeeping_rate has no value on 2026-12-31"):
        account_interest.over_years(1, {}, 2024, 2026, Parameters())
    with pytest.raises(ParameterMissing, match="bookkeeping_rate has no value on 2016-01-01"):
        account_interest.at_retirement(1, {}, 201606, Parameters())


@pytest.mark.parametrize(("runs", "pooled"), TRANSFER["pooled"])
def test_pooled_fund_of_a_transfer(runs: list[tuple[int, int, int]], pooled: int) -> None:
    bases = {month: base for each in runs for month, base in run(*each).items()}
    found = transfer.amount(5_000_000, bases, ON, Parameters())
    assert sum(year.pooled_cents for year in found.years) == pooled
    assert sum(year.months for year in found.years) == sum(m >= 199801 for m in bases)
    assert (found.pooled_cents, found.total_cents) == (pooled, pooled + 5_000_000)


def test_a_temporary_account_moves_whole() -> None:
    assert transfer.of_temporary_account(2_400_000, 123_456).total_cents == 2_523_456


@pytest.mark.parametrize(("sex", "age", "home", "opened"), TRANSFER["temporary"])
def test_temporary_account(sex: Sex, age: int, home: bool, opened: bool) -> None:
    found = transfer.opens_temporary_account(
        sex, age, to_household=home, on=ON, parameters=Parameters()
    )
    assert found == opened


@pytest.mark.parametrize(("stays", "household", "place", "rule"), TRANSFER["places"])
def test_place_of_benefit(
    stays: list[tuple[str, int]], household: str, place: str, rule: int
) -> None:
    found = benefit_place.decided([Stay(*stay) for stay in stays], household, ON, Parameters())
    assert (found.place, found.rule) == (place, rule)
