"""The pension rules against the figures of their sources: every number here comes from a document."""

from datetime import date
from decimal import Decimal

import pytest

from register import interest, months, pension, retirement
from register.parameters import ParameterMissing, Parameters
from register.records import PostKind
from tests.golden.book import golden

ON = date(2026, 11, 23)
RETIREMENT, MONTHS, MONEY = golden("retirement"), golden("payment_months"), golden("money")


@pytest.mark.parametrize(("kind", "born", "delayed", "reached"), RETIREMENT["delay"])
def test_retirement_delay(kind: PostKind, born: int, delayed: int, reached: int) -> None:
    birth = months.first_day(born)
    assert retirement.months_delayed(birth, kind, Parameters(), ON) == delayed
    assert retirement.statutory_month(birth, kind, Parameters(), ON) == reached


@pytest.mark.parametrize(("reached", "needed"), RETIREMENT["minimum"])
def test_minimum_months(reached: int, needed: int) -> None:
    assert retirement.minimum_months(reached, Parameters()) == needed


@pytest.mark.parametrize(("kind", "born", "earliest", "statutory", "latest"), RETIREMENT["window"])
def test_flexible_window(
    kind: PostKind, born: int, earliest: int, statutory: int, latest: int
) -> None:
    found = retirement.window(months.first_day(born), kind, Parameters(), ON)
    assert (found.earliest, found.statutory, found.latest) == (earliest, statutory, latest)


@pytest.mark.parametrize(("age", "expected"), list(MONTHS["whole"].items()))
def test_payment_months_of_whole_ages(age: int, expected: str) -> None:
    assert str(pension.payment_months(age * 12, Parameters(), ON)) == expected


@pytest.mark.parametrize(("age", "expected"), list(MONTHS["published"].items()))
def test_payment_months_as_published(age: int, expected: str) -> None:
    parameters = Parameters()
    assert str(pension.payment_months(age, parameters, ON)) == expected
    assert all(use["verified"] for use in parameters.used)


@pytest.mark.parametrize(("extra", "expected"), list(enumerate(MONTHS["sixty"])))
def test_payment_months_between_sixty_and_sixty_one(extra: int, expected: str) -> None:
    assert str(pension.payment_months(720 + extra, Parameters(), ON)) == expected


def test_interpolated_payment_months_are_unverified() -> None:
    parameters = Parameters()
    pension.payment_months(722, parameters, ON)
    unverified = [use["name"] for use in parameters.used if not use["verified"]]
    assert unverified == ["payment_months_between"]


def test_payment_months_outside_the_table_are_refused() -> None:
    for age in (39 * 12, 71 * 12, 70 * 12 + 1):
        with pytest.raises(ParameterMissing, match="payment_months"):
            pension.payment_months(age, Parameters(), ON)


@pytest.mark.parametrize(("year", "rate"), list(MONEY["rates"].items()))
def test_bookkeeping_rates(year: int, rate: str) -> None:
    assert str(Parameters().decimal("bookkeeping_rate", date(year, 12, 31))) == rate


def test_a_year_without_a_rate_is_not_settled() -> None:
    with pytest.raises(
        ParameterMissing, match="bookkeeping_rate has no value on 2026-12-31"
    ) as refused:
        interest.settled(5_000_000, {}, 2026, Parameters())
    assert refused.value.rule == "parameter.missing"


def test_interest_by_monthly_product() -> None:
    said = MONEY["interest"]
    credit = dict.fromkeys(range(1, 13), said["monthly_credit_cents"])
    found = interest.settled(said["opening_cents"], credit, said["year"], Parameters())
    assert found.credit_interest_cents == said["credit_interest_cents"]
    assert found.closing_cents == said["closing_cents"]


def test_interest_by_the_annual_method() -> None:
    said = MONEY["interest"]
    parameters, on = Parameters(), date(said["year"], 12, 31)
    rate = parameters.decimal("bookkeeping_rate", on)
    factor = parameters.decimal("annual_method_factor", on)
    found = interest.by_annual_method(0, said["monthly_credit_cents"] * 12, rate, factor)
    assert found.closing_cents == said["annual_credit_with_interest_cents"]


def test_pension_example() -> None:
    said = MONEY["pension"]
    basis = pension.Basis(
        retire_month=said["retire_month"],
        age_months=said["age_months"],
        paid_months=said["paid_months"],
        deemed_months=said["deemed_months"],
        average_index=Decimal(said["average_index"]),
        account_cents=said["account_cents"],
    )
    parameters = Parameters()
    found = pension.computed(basis, parameters)
    assert found.components == said["components"]
    assert found.monthly_cents == said["monthly_cents"]
    assert found.from_month == 202508
    assert found.derivation[-1].value == "3267.05"
    assert any(not use["verified"] for use in parameters.used)
