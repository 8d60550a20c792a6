"""What follows from a record alone: retirement, average index, the pension of a person."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from register import average_index, parameters, pension, retirement
from register.parameters import ParameterMissing, Parameters
from register.records import ContributionMonth, Entitlement, PersonRecord
from tests.unit.register_office import months_from

ON = date(2026, 11, 23)
PERSON = PersonRecord(
    person_id="P1",
    id_no="",
    name="",
    sex="M",
    birth=date(1966, 3, 7),
    first_work_on=None,
    post_kind="M",
    contact={},
    payment_account=None,
    relations=(),
    months=tuple(months_from(2000, 20, 400_000)),
    balances={"principal": 9_000_000, "interest": 3_000_000},
    entitlements=(),
    version=1,
)


def test_months_to_retirement_count_down_and_below() -> None:
    # Born 1966-03: four months of delay, statutory month 2026-07.
    assert retirement.statutory_month(PERSON.birth, "M", Parameters(), ON) == 202607
    assert retirement.months_to_retirement(PERSON, date(2026, 6, 30), Parameters()) == 1
    assert retirement.months_to_retirement(PERSON, date(2026, 7, 1), Parameters()) == 0
    assert retirement.months_to_retirement(PERSON, ON, Parameters()) == -4


def test_near_retirement_is_five_years_or_retired() -> None:
    young = replace(PERSON, birth=date(1990, 3, 7))
    assert retirement.near_retirement(PERSON, ON, Parameters())
    assert not retirement.near_retirement(young, ON, Parameters())
    held = Entitlement("B1", "pension", 1, 202501, "SUSPENDED")
    assert retirement.near_retirement(replace(young, entitlements=(held,)), ON, Parameters())
    over = replace(held, status="ENDED")
    assert not retirement.near_retirement(replace(young, entitlements=(over,)), ON, Parameters())


def _with_gaps(treatment: str) -> Parameters:
    known = dict(parameters.shipped())
    gaps = known["average_index_gaps"]
    known["average_index_gaps"] = replace(gaps, values=(replace(gaps.values[0], value=treatment),))
    wage = known["average_wage_cents"]
    fixed = replace(wage.values[0], value=500_000)
    known["average_wage_cents"] = replace(wage, values=(fixed,))
    return Parameters(known)


def index_of(listed: Sequence[ContributionMonth], treatment: str) -> Decimal:
    return average_index.average_index(listed, _with_gaps(treatment), ON)


def test_average_index() -> None:
    paid = months_from(2000, 1, 400_000)
    assert index_of([], "ignored") == 0
    assert index_of(paid, "ignored") == Decimal("0.8000")
    assert index_of([*paid, ContributionMonth(199912, 0, "DEEMED")], "ignored") == Decimal("0.8000")
    gap = [*paid, *months_from(2002, 1, 600_000)]
    assert index_of(gap, "ignored") == Decimal("1.0000")
    assert index_of(gap, "zero") == Decimal("0.6667")


def test_the_pension_of_a_person_counts_months_up_to_retirement() -> None:
    older = replace(PERSON, birth=date(1959, 12, 1))
    early = pension.of_person(older, 201912, Parameters())
    assert early.from_month == 202001
    with pytest.raises(ParameterMissing, match="payment_months_between"):
        pension.of_person(older, 202001, Parameters())
    whole = replace(PERSON, months=(*PERSON.months, ContributionMonth(202608, 400_000)))
    view = Parameters()
    found = pension.of_person(whole, 202607, view)
    same = pension.of_person(PERSON, 202607, Parameters())
    assert found == same
    assert found.components["transition"] == 0
    assert found.monthly_cents == sum(found.components.values())
    # 60 years and 4 months: 120 000.00 / 136.7
    assert found.components["account"] == 87_783
    assert {use["name"] for use in view.used} >= {"calculation_base_cents", "average_wage_cents"}


def test_deemed_years_by_the_deemed_index() -> None:
    known = dict(parameters.shipped())
    family = known["transition_family"]
    known["transition_family"] = replace(
        family, values=(replace(family.values[0], value="deemed_index"),)
    )
    deemed = tuple(ContributionMonth(199000 + month, 0, "DEEMED") for month in range(1, 13))
    person = replace(PERSON, months=(*deemed, *PERSON.months))
    found = pension.of_person(person, 202607, Parameters(known))
    # 7 500.00 x 1.0 x 1 year x 1 %
    assert found.components["transition"] == 7_500
