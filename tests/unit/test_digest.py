"""Canonical JSON (RFC 8785), digests with their own domain, and commitments that can be withheld."""

import hashlib
import json
from decimal import Decimal
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from database import digest, suites

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=20,
)


def test_strings_are_written_as_the_rfc_says() -> None:
    """RFC 8785 §3.2.2: its sample, without the numbers that we refuse."""
    value = {
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
        "literals": [None, True, False],
    }

    assert digest.canonical(value) == (
        '{"literals":[null,true,false],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'.encode()
    )


def test_members_are_sorted_as_the_rfc_says() -> None:
    """RFC 8785 §3.2.3: by UTF-16 code units, not by code points."""
    value = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }

    assert list(json.loads(digest.canonical(value)).values()) == [
        "Carriage Return",
        "One",
        "Control",
        "Latin Small Letter O With Diaeresis",
        "Euro Sign",
        "Emoji: Grinning Face",
        "Hebrew Letter Dalet With Dagesh",
    ]


def test_chinese_stays_chinese() -> None:
    assert digest.canonical({"姓名": "𠮷田"}) == '{"姓名":"𠮷田"}'.encode()


@pytest.mark.parametrize(
    "value", [1.5, 0.0, float("nan"), {"a": [1, {"b": 2.0}]}, (1, 2.5), [float("inf")]]
)
def test_floats_are_refused_wherever_they_hide(value: Any) -> None:
    with pytest.raises(TypeError, match="float"):
        digest.canonical(value)


@pytest.mark.parametrize("value", [2**53, -(2**53), Decimal("1.5"), b"x", {1: "x"}, "\ud800"])
def test_what_json_can_not_say_is_refused(value: Any) -> None:
    with pytest.raises((TypeError, ValueError, rfc8785.CanonicalizationError)):
        digest.canonical(value)


@given(JSON)
def test_reading_it_back_and_writing_it_again_changes_nothing(value: Any) -> None:
    written = digest.canonical(value)

    assert digest.canonical(json.loads(written)) == written


@given(st.dictionaries(st.text(), st.integers(0, 9)))
def test_the_order_of_members_does_not_matter(value: dict[str, int]) -> None:
    assert digest.digest("x", dict(reversed(value.items()))) == digest.digest("x", value)


def test_a_digest_is_separated_by_kind_and_suite() -> None:
    expected = hashlib.sha256(b'tongban-v1\0journal\0intl-1\0{"a":1}').hexdigest()

    assert digest.digest("journal", {"a": 1}) == expected
    assert digest.digest("sign-off", {"a": 1}) != expected
    # Kind and content can't be shifted against each other.
    suite = suites.named("intl-1")
    assert digest.covered("a", "b", suite) != digest.covered('a\0intl-1\0"b"', "", suite)


def test_a_bool_is_no_integer() -> None:
    assert digest.digest("x", [True]) != digest.digest("x", [1])


def test_a_commitment_hides_and_binds() -> None:
    salt = digest.new_salt()

    assert len(bytes.fromhex(salt)) == 16
    assert digest.new_salt() != salt
    assert digest.commitment(salt, "张三") == digest.commitment(salt, "张三")
    assert digest.commitment(salt, "张三") != digest.commitment(salt, "张四")
    assert digest.commitment(digest.new_salt(), "张三") != digest.commitment(salt, "张三")
    assert digest.commitment(salt, None) != digest.commitment(salt, "")


def test_salts_drawn_at_once_are_each_their_own() -> None:
    salts = digest.new_salts(["name", "id_no", "month"])

    assert list(salts) == ["name", "id_no", "month"]
    assert [len(bytes.fromhex(salt)) for salt in salts.values()] == [digest.SALT_BYTES] * 3
    assert len({*salts.values(), *digest.new_salts(salts).values()}) == 6
    assert digest.new_salts([]) == {}


def test_a_field_can_be_withheld_and_the_form_still_verifies() -> None:
    fields = {"name": "张三", "id_no": "11010519491231002X", "month": 202611}
    salts = {name: digest.new_salt() for name in fields}
    committed = digest.commitments(fields, salts)
    signed = digest.digest("form", committed)

    # Erased: value and salt are gone, the commitment stays.
    del fields["name"], salts["name"]
    again = {**digest.commitments(fields, salts), "name": committed["name"]}

    assert digest.digest("form", again) == signed
