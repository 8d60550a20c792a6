"""What two readers of JSON could understand differently is refused, naming what is wrong."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import strict_json
from database.refusals import Invalid

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.just("k")
            | st.text(
                st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "body.not_json"),
        (b"{", "body.not_json"),
        (b"{}x", "body.not_json"),
        (b"{'a': 1}", "body.not_json"),
        (b'{"a": NaN}', "body.not_a_number"),
        (b'{"a": -Infinity}', "body.not_a_number"),
        (b'{"a": 1, "a": 1}', "body.duplicate_key"),
        (b'{"a": {"b": 1, "b": 2}}', "body.duplicate_key"),
        (b'{"a": "\\ud800"}', "body.surrogate"),
        (b'{"\\udc00": 1}', "body.surrogate"),
        (b'{"a": ["\\u0000"]}', "body.nul"),
        (b'{"a": "\xff"}', "body.encoding"),
        ('{"a": 1}'.encode("utf-16"), "body.encoding"),
        (b'{"a": 9007199254740992}', "body.number_too_large"),
        (b'{"a": -9007199254740992}', "body.number_too_large"),
        (b'{"a": 1e400}', "body.number_too_large"),
        (b'{"a": ' + b"9" * 100_000 + b"}", "body.number_too_large"),
        (b"[" * 33 + b"]" * 33, "body.too_deep"),
        (b"[" * 500_000, "body.too_deep"),
        (b"[]", "body.not_an_object"),
        (b'"text"', "body.not_an_object"),
        (b"null", "body.not_an_object"),
    ],
)
def test_refused(content: bytes, rule: str) -> None:
    with pytest.raises(Invalid) as refused:
        strict_json.parse_object(content)

    assert refused.value.rule == rule


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 32 + b"]" * 32,
        b'"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["',
        b'"\\"[\\\\"',
        b"9007199254740991",
    ],
)
def test_at_the_limits_it_reads(content: bytes) -> None:
    strict_json.parse(content)


def test_emoji_written_as_a_pair_is_whole() -> None:
    assert strict_json.parse(b'"\\ud83d\\ude00"') == "😀"


@pytest.mark.parametrize(
    "content", [b'"' + b'\\"' * 300_000, b'"a' * 300_000, b"\\" * 500_000, b'{"a":' * 100_000]
)
def test_crafted_text_is_refused_without_reading_it_again_and_again(content: bytes) -> None:
    """Each of these would take minutes of a reader that starts over at every quote."""
    with pytest.raises(Invalid):
        strict_json.parse_object(content)


@given(VALUES)
def test_reads_back_every_value_it_admits(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False)

    assert strict_json.parse(text.encode()) == value
