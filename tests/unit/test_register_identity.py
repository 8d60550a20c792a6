"""Id numbers and credit codes: what passes, and which rule refuses the rest."""

from datetime import date

import pytest

from register import identity
from register.identity import CreditCodeRefused, IdNumberRefused

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize("number", ["11010519491231002X", "610999199003079910"])
def test_numbers_of_living_persons_pass(number: str) -> None:
    identity.check_id_no(number, TODAY)


@pytest.mark.parametrize(
    ("number", "rule"),
    [
        ("", "id_no.malformed"),
        ("11010519491231002x", "id_no.malformed"),
        ("1101051949123100 2X", "id_no.malformed"),
        ("１１010519491231002X", "id_no.malformed"),
        ("110105491231002", "id_no.malformed"),
        ("110105194912310021", "id_no.check_digit"),
        ("11010519491231003X", "id_no.check_digit"),
        ("440524188001010014", "id_no.birth"),
        ("110105194913310021", "id_no.birth"),
        ("110105203001010028", "id_no.birth"),
    ],
)
def test_other_numbers_are_refused_by_name_of_the_rule(number: str, rule: str) -> None:
    with pytest.raises(IdNumberRefused) as refused:
        identity.check_id_no(number, TODAY)
    assert refused.value.rule == rule
    assert not number or number not in refused.value.detail


def test_a_birthplace_code_stdnum_does_not_know_passes() -> None:
    """The ``validate`` of stdnum refuses this one: its list of places has no 610999."""
    identity.check_id_no("610999199003079910", TODAY)


def test_nobody_is_born_today() -> None:
    born = "610999202611230011"
    number = next(born[:-1] + digit for digit in "0123456789X" if _fits(born[:-1] + digit))
    with pytest.raises(IdNumberRefused, match="no living person"):
        identity.check_id_no(number, TODAY)
    identity.check_id_no(number, date(2026, 11, 24))


def _fits(number: str) -> bool:
    try:
        identity.check_id_no(number, date(2027, 1, 1))
    except IdNumberRefused:
        return False
    return True


def test_birth_and_sex() -> None:
    assert identity.birth_of("11010519491231002X") == date(1949, 12, 31)
    assert identity.sex_of("11010519491231002X") == "F"
    assert identity.sex_of("610999199003079910") == "M"


@pytest.mark.parametrize("code", ["91350100M000100Y43", "91110000600037341L", "91440300708461136T"])
def test_credit_codes_pass(code: str) -> None:
    identity.check_uscc(code)


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("91350100m000100y43", "uscc.malformed"),
        ("91350100I000100Y43", "uscc.malformed"),
        ("91350100M000100Y4", "uscc.malformed"),
        ("91350100M000100Y44", "uscc.check_digit"),
    ],
)
def test_other_codes_are_refused(code: str, rule: str) -> None:
    with pytest.raises(CreditCodeRefused) as refused:
        identity.check_uscc(code)
    assert refused.value.rule == rule
