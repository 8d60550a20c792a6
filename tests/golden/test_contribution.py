"""Contribution, late fee and back-payment against figures reckoned by hand from their sources."""

from datetime import date
from decimal import Decimal

import pytest

from register.parameters import ParameterMissing, Parameters
from register.records import RelationKind
from register.rules import back_payment, contribution, late_fee
from register.rules.back_payment import Document, DocumentKind, MonthNotPast, Needed
from tests.golden.book import golden, with_values

CONTRIBUTION, FEE, BACK = golden("contribution"), golden("late_fee"), golden("back_payment")


@pytest.mark.parametrize(("month", "declared", "floor", "ceiling", "base"), CONTRIBUTION["base"])
def test_base(month: int, declared: int, floor: int, ceiling: int, base: int) -> None:
    found = contribution.clamped(declared, month, Parameters())
    assert (found.floor_cents, found.ceiling_cents, found.base_cents) == (floor, ceiling, base)
    assert found.derivation[-1].value == f"{base // 100}.{base % 100:02d}"


@pytest.mark.parametrize(("month", "share", "base"), CONTRIBUTION["chosen"])
def test_a_chosen_share(month: int, share: str, base: int) -> None:
    found = contribution.chosen(Decimal(share), month, Parameters())
    assert found.base_cents == base
    assert found.floor_cents <= base <= found.ceiling_cents
    assert found.derivation[-1].value == f"{base // 100}.{base % 100:02d}"


@pytest.mark.parametrize(("kind", "month", "base", "account", "pooled"), CONTRIBUTION["split"])
def test_split(kind: RelationKind, month: int, base: int, account: int, pooled: int) -> None:
    found = contribution.split(base, month, kind, Parameters())
    assert (found.account_cents, found.pooled_cents) == (account, pooled)
    assert found.total_cents == account + pooled


@pytest.mark.parametrize(("last_month", "assessed"), CONTRIBUTION["undeclared"])
def test_undeclared_month(last_month: int, assessed: int) -> None:
    assert contribution.undeclared(last_month, 202611, Parameters()) == assessed


@pytest.mark.parametrize(("month", "name"), [(201904, "employer_rate"), (200512, "employee_rate")])
def test_a_month_without_a_rate_names_it(month: int, name: str) -> None:
    with pytest.raises(ParameterMissing, match=name):
        contribution.split(100_000, month, "EMPLOYEE", Parameters())


@pytest.mark.parametrize(("principal", "first", "paid_on", "days", "fee"), FEE["fee"])
def test_late_fee(principal: int, first: date, paid_on: date, days: int, fee: int) -> None:
    found = late_fee.reckoned(principal, first, paid_on, Parameters())
    assert (found.days, found.fee_cents) == (days, fee)


@pytest.mark.parametrize(
    ("principal", "first", "paid_on", "begins", "ends", "days", "fee"), FEE["stopped"]
)
def test_late_fee_stands_still(
    principal: int, first: date, paid_on: date, begins: date, ends: date, days: int, fee: int
) -> None:
    for stops in ([(begins, ends)], [(begins, ends), (begins, ends)]):
        found = late_fee.reckoned(principal, first, paid_on, Parameters(), stops=stops)
        assert (found.days, found.fee_cents) == (days, fee)


@pytest.mark.parametrize(("rule", "due_on", "first"), FEE["begins"])
def test_first_day_that_counts(rule: str, due_on: date, first: date) -> None:
    chosen = with_values(late_fee_begins=rule)
    assert late_fee.first_day(due_on, date(2026, 11, 2), chosen) == first


def test_the_cap_is_the_principal_where_a_province_says_so() -> None:
    begins, paid_on = date(2012, 1, 1), date(2026, 1, 1)
    assert late_fee.reckoned(100_000, begins, paid_on, Parameters()).fee_cents == 255_750
    capped = late_fee.reckoned(100_000, begins, paid_on, with_values(late_fee_cap="principal"))
    assert capped.fee_cents == 100_000
    assert "本金" in capped.derivation[-2].zh


def test_the_day_of_payment_does_not_count_where_a_province_says_so() -> None:
    chosen = with_values(late_fee_last_day="not_counted")
    found = late_fee.reckoned(1_000_000, date(2026, 1, 1), date(2026, 4, 10), chosen)
    assert (found.days, found.fee_cents) == (99, 49_500)


def test_a_day_before_any_rate_is_refused() -> None:
    with pytest.raises(ParameterMissing, match="late_fee_daily_rate has no value on 1999-01-21"):
        late_fee.reckoned(1, date(1999, 1, 21), date(2026, 1, 1), Parameters())


@pytest.mark.parametrize(
    ("declared", "paid_on", "owed", "total"),
    [(said["declared"], said["paid_on"], said["owed"], said["total"]) for said in BACK["months"]],
)
def test_back_payment(
    declared: dict[int, int], paid_on: date, owed: dict[int, list[int]], total: list[int]
) -> None:
    found = back_payment.assessed(declared, paid_on, Parameters())
    rows = {one.month: [one.principal_cents, one.days, one.late_fee_cents] for one in found.owed}
    assert rows == owed
    assert [found.principal_cents, found.late_fee_cents, found.total_cents] == total
    assert found.needed == "none"


@pytest.mark.parametrize(("counted", "paid_on", "needed"), BACK["document"])
def test_which_document(counted: int, paid_on: date, needed: Needed) -> None:
    assert back_payment.document_needed(counted, paid_on, Parameters()) == needed


@pytest.mark.parametrize(("kind", "issued_on", "needed", "paid_on", "founded"), BACK["founds"])
def test_what_founds_it(
    kind: DocumentKind | None, issued_on: date, needed: Needed, paid_on: date, founded: bool
) -> None:
    document = None if kind is None else Document(kind, issued_on)
    assert back_payment.founds(document, needed, paid_on) == founded


def test_months_paid_back_before_count_for_the_document() -> None:
    paid_on = date(2026, 11, 2)
    one = {202609: 500_000}
    assert back_payment.assessed(one, paid_on, Parameters(), paid_back_before=34).needed == "none"
    assert back_payment.assessed(one, paid_on, Parameters(), paid_back_before=35).needed == "legal"


@pytest.mark.parametrize("month", [202611, 202612, 202701])
def test_only_past_months_are_paid_back(month: int) -> None:
    with pytest.raises(MonthNotPast) as refused:
        back_payment.assessed({month: 500_000}, date(2026, 11, 2), Parameters())
    assert refused.value.rule == "back_payment.not_past"
