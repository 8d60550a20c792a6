"""Pension components, survivors' grants, ages and numbers against the figures of their sources."""

from datetime import date
from decimal import Decimal

import pytest

from register import identity, pension
from register.identity import IdNumberRefused
from register.parameters import ParameterMissing, Parameters
from register.records import PostKind, Sex
from register.rules import overage, retirement_date, special_job, survivors
from register.rules.overage import Way
from register.rules.special_job import Job
from register.rules.survivors import Deceased
from tests.golden.book import golden, with_values

MONEY, MONTHS = golden("money"), golden("payment_months")
SURVIVORS, OVERAGE, IDENTITY = golden("survivors"), golden("overage"), golden("identity")
ON = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("age", "paid", "deemed", "index", "account", "components"),
    [(*row[:5], row[5:]) for row in MONEY["pensions"]],
)
def test_pension(
    age: int, paid: int, deemed: int, index: str, account: int, components: list[int]
) -> None:
    basis = pension.Basis(202611, age, paid, deemed, Decimal(index), account)
    found = pension.computed(basis, Parameters())
    assert list(found.components) == ["basic", "account", "transition"]
    assert list(found.components.values()) == components


def test_deemed_years_by_their_own_index_where_a_province_says_so() -> None:
    basis = pension.Basis(202611, 720, 300, 60, Decimal("0.85"), 0)
    chosen = with_values(transition_family="deemed_index")
    assert pension.computed(basis, chosen).components["transition"] == 37_500


@pytest.mark.parametrize(("extra", "expected"), list(enumerate(MONTHS["fifty"])))
def test_payment_months_between_fifty_and_fifty_one(extra: int, expected: str) -> None:
    assert str(pension.payment_months(600 + extra, Parameters(), ON)) == expected


@pytest.mark.parametrize(("contributed", "twelfths", "grant"), SURVIVORS["in_service"])
def test_survivors_of_the_insured(contributed: int, twelfths: int, grant: int) -> None:
    found = survivors.reckoned(
        Deceased(ON, contributed), Parameters(), income_cents=SURVIVORS["income_cents"]
    )
    assert (found.grant_twelfths, found.grant_cents) == (twelfths, grant)
    assert found.funeral_cents == SURVIVORS["funeral_cents"]


@pytest.mark.parametrize(("contributed", "drawn", "twelfths", "grant"), SURVIVORS["retired"])
def test_survivors_of_pensioners(contributed: int, drawn: int, twelfths: int, grant: int) -> None:
    found = survivors.reckoned(Deceased(ON, contributed, drawn), Parameters())
    assert (found.grant_twelfths, found.grant_cents) == (twelfths, grant)


@pytest.mark.parametrize(("contributed", "drawn", "twelfths", "grant"), SURVIVORS["fraction"])
def test_survivors_of_pensioners_by_months(
    contributed: int, drawn: int, twelfths: int, grant: int
) -> None:
    chosen = with_values(survivor_drawn_years="fraction")
    found = survivors.reckoned(Deceased(ON, contributed, drawn), chosen)
    assert (found.grant_twelfths, found.grant_cents) == (twelfths, grant)


@pytest.mark.parametrize(("contributed", "own", "funeral", "grant"), SURVIVORS["capped"])
def test_own_contributions_cap_the_grants(
    contributed: int, own: int, funeral: int, grant: int
) -> None:
    found = survivors.reckoned(Deceased(ON, contributed, own_cents=own), Parameters())
    assert (found.funeral_cents, found.grant_cents) == (funeral, grant)


def test_the_cap_is_told_where_own_contributions_are_not_known() -> None:
    steps = survivors.reckoned(Deceased(ON, 48), Parameters()).derivation
    assert "个人缴费未填" in steps[-2].zh
    enough = survivors.reckoned(Deceased(ON, 60), Parameters()).derivation
    assert not any("个人缴费" in step.zh for step in enough)


def test_own_contributions_cap_no_pensioner() -> None:
    found = survivors.reckoned(Deceased(ON, 48, drawn_months=0, own_cents=1), Parameters())
    assert found.total_cents == 563_700 + 2_536_650


def test_the_example_of_the_source_adds_up() -> None:
    found = survivors.reckoned(Deceased(ON, 255), Parameters())
    assert found.total_cents == 4_861_913
    assert found.derivation[-1].value == "48619.13"


def test_a_death_before_the_rule_is_refused() -> None:
    with pytest.raises(ParameterMissing, match="survivor_"):
        survivors.reckoned(Deceased(date(2021, 8, 31), 255), Parameters(), income_cents=1)


@pytest.mark.parametrize(
    ("kind", "born", "paid", "insured", "way", "numbers"),
    [(*row[:5], row[5:]) for row in OVERAGE["overage"]],
)
def test_past_the_age(
    kind: PostKind, born: int, paid: int, insured: int, way: Way, numbers: list[int]
) -> None:
    birth = date(born // 100, born % 100, 15)
    found = overage.judged(birth, kind, paid, insured, ON, Parameters())
    assert found.way == way
    assert [found.statutory_month, found.minimum_months, found.missing_months] == numbers


@pytest.mark.parametrize(
    ("sex", "born", "job", "worked", "reached", "years", "entitled"), OVERAGE["special_job"]
)
def test_special_jobs(
    sex: Sex, born: int, job: Job, worked: int, reached: int, years: int, entitled: bool
) -> None:
    birth = date(born // 100, born % 100, 15)
    found = special_job.judged(birth, sex, job, worked, ON, Parameters())
    assert (found.reached, found.needed_years, found.entitled) == (reached, years, entitled)


@pytest.mark.parametrize(
    ("kind", "born", "delay", "early_by", "late_by", "minimum"),
    [
        ("M", date(1965, 5, 6), 2, 202502, 202506, 180),
        ("F50", date(1984, 11, 30), 60, 203608, 203910, 240),
    ],
)
def test_notices_of_a_flexible_retirement(
    kind: PostKind, born: date, delay: int, early_by: int, late_by: int, minimum: int
) -> None:
    """In writing three months before the earliest month, one month before going on (人社部发〔2024〕94号)."""
    found = retirement_date.reckoned(born, kind, ON, Parameters())
    assert (found.delay_months, found.minimum_months) == (delay, minimum)
    assert (found.early_notice_by, found.late_notice_by) == (early_by, late_by)


@pytest.mark.parametrize(("number", "rule"), IDENTITY["id_no"])
def test_id_numbers_of_the_standard(number: str, rule: str | None) -> None:
    if rule is None:
        identity.check_id_no(number, ON)
        return
    with pytest.raises(IdNumberRefused) as refused:
        identity.check_id_no(number, ON)
    assert refused.value.rule == rule


@pytest.mark.parametrize("code", IDENTITY["uscc"])
def test_credit_codes_of_public_registers(code: str) -> None:
    identity.check_uscc(code)
