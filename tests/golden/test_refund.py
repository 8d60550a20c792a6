"""Refunds and the periods they name against figures reckoned by hand from their sources."""

from datetime import date

import pytest

from register import months
from register.parameters import ParameterMissing, Parameters
from register.records import ContributionMonth, RelationKind
from register.rules import contribution, periods, refund
from tests.golden.book import golden

REFUND = golden("refund")
ON = date(2026, 11, 23)
Runs = list[tuple[int, int, int]]


def paid(runs: Runs) -> list[ContributionMonth]:
    """The months of these runs, each on its base."""
    return [
        ContributionMonth(months.shifted(first, n), base)
        for first, count, base in runs
        for n in range(count)
    ]


@pytest.mark.parametrize(("kind", "month", "base", "account", "pooled"), REFUND["own_part"])
def test_own_part(kind: RelationKind, month: int, base: int, account: int, pooled: int) -> None:
    found = contribution.own_part(base, month, kind, Parameters())
    assert (found.account_cents, found.pooled_cents) == (account, pooled)
    assert found.derivation


@pytest.mark.parametrize(("kind", "runs", "account", "pooled"), REFUND["contributions"])
def test_contributions_go_back(kind: RelationKind, runs: Runs, account: int, pooled: int) -> None:
    found = refund.of_contributions(paid(runs), kind, Parameters())
    assert (found.principal_cents, found.interest_cents, found.pooled_cents) == (account, 0, pooled)
    assert len(found.derivation) == len(runs) + 1


@pytest.mark.parametrize(("kind", "runs", "principal", "earned"), REFUND["storage"])
def test_account_storage(kind: RelationKind, runs: Runs, principal: int, earned: int) -> None:
    found = refund.of_storage(paid(runs), kind, ON, Parameters())
    assert (found.principal_cents, found.interest_cents, found.pooled_cents) == (
        principal,
        earned,
        0,
    )
    assert found.total_cents == principal + earned


def test_storage_of_a_year_without_a_rate_is_refused() -> None:
    with pytest.raises(ParameterMissing, match="bookkeeping_rate"):
        refund.of_storage(paid([(201501, 1, 500_000)]), "EMPLOYEE", ON, Parameters())
    with pytest.raises(ParameterMissing, match="employee_rate"):
        refund.of_contributions(paid([(200512, 1, 500_000)]), "EMPLOYEE", Parameters())


@pytest.mark.parametrize(("birth", "first_work", "month"), REFUND["earliest"])
def test_the_first_month_that_may_count(birth: date, first_work: date | None, month: int) -> None:
    assert periods.earliest(birth, first_work, ON, Parameters()) == month


@pytest.mark.parametrize(("said", "twice"), REFUND["repeated"])
def test_months_named_twice(said: list[tuple[int, int]], twice: list[int]) -> None:
    assert periods.repeated(said) == twice


def test_months_as_people_read_them() -> None:
    assert periods.text([200601, 200602]) == "2006-01, 2006-02"
    assert periods.text(months.spanned(200601, 200612)) == "2006-01, 2006-02, 2006-03 … (12)"
