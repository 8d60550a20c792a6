"""Canonical JSON is byte for byte what the reference package of RFC 8785 writes, or refused as there."""

from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from database import digest

# Surrogates and characters beyond the basic plane included: names are ordered by UTF-16 there.
TEXT = st.text(st.characters(exclude_categories=()), max_size=12)
LARGEST = 2**53 - 1
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-LARGEST - 3, LARGEST + 3),
    st.integers(),
    TEXT,
    st.sampled_from(
        ["\x7f", "\x1f\b\t\n\f\r", '"\\/', "\u2028\u2029", "中文，；", "😀", "\ufb33", "\ue000"]
    ),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=5),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(TEXT, inner, max_size=6),
    ),
    max_leaves=30,
)


@given(VALUES)
@example({"\ue000": 1, "😀": 2})
@example({"": [], "a": {}, "b": ()})
@example(LARGEST)
@example(LARGEST + 1)
def test_it_is_the_reference_package_s(value: Any) -> None:
    try:
        expected = rfc8785.dumps(value)
    except rfc8785.CanonicalizationError:
        with pytest.raises(rfc8785.CanonicalizationError):
            digest.canonical(value)
        return
    except UnicodeEncodeError:
        with pytest.raises(UnicodeEncodeError):
            digest.canonical(value)
        return
    assert digest.canonical(value) == expected


@given(VALUES, st.floats())
def test_floats_are_refused_wherever_they_hide(value: Any, number: float) -> None:
    for hidden in (number, [value, number], {"a": {"b": (value, [number])}}):
        with pytest.raises(TypeError, match="float"):
            digest.canonical(hidden)


@given(st.sampled_from([{1: "a"}, {None: 1}, {"a": {2: 3}}, object(), {"a"}, b"bytes"]))
def test_what_json_has_not_is_refused(value: Any) -> None:
    with pytest.raises((rfc8785.CanonicalizationError, TypeError)):
        digest.canonical(value)
