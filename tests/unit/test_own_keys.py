"""What is sealed under a person's own key: it opens, and tells an erasure from an edit."""

import os
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from database import keys, own_keys
from database.columns import Sealed, SealedJson
from database.keys import Keyring
from database.own_keys import ERASED, GONE
from database.refusals import InvariantBroken
from register import masked

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**31), 2**31) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)
DIALECT = sqlite.dialect()


class Known(dict[str, bytes | Literal["erased"]]):
    """The secrets that are known, by key: what stands in the database, and nothing remembered."""

    def __call__(self, key_id: str) -> bytes | Literal["erased"] | None:
        return self.get(key_id)

    def forget(self, key_id: str) -> None:
        pass


KNOWN = Known()


@pytest.fixture(autouse=True, scope="module")
def _known() -> None:
    keys.install(Keyring(b"k" * 32))
    own_keys.install(KNOWN)


def sealed(purpose: str, plain: bytes) -> tuple[str, bytes]:
    """The id of a fresh key, and what was sealed under it."""
    key_id, secret = own_keys.new_id(), own_keys.new_secret()
    KNOWN[key_id] = secret
    return key_id, own_keys.seal(purpose, key_id, secret, plain)


@given(plain=st.text(max_size=40))
def test_what_is_sealed_opens_until_it_is_erased(plain: str) -> None:
    column = Sealed("place")
    key_id, value = sealed("place", plain.encode())
    assert column.process_result_value(value, DIALECT) == plain
    assert keys.current().is_current(value)

    KNOWN[key_id] = GONE
    read = column.process_result_value(value, DIALECT)
    assert (read, own_keys.key_id_of_erased(read)) == (ERASED, key_id)

    del KNOWN[key_id]
    with pytest.raises(InvariantBroken):
        column.process_result_value(value, DIALECT)


@given(said=st.dictionaries(st.text(max_size=4), JSON, max_size=4), asked=st.text(max_size=4))
def test_erased_fields_say_so_for_any_name(said: dict[str, object], asked: str) -> None:
    column = SealedJson("place")
    key_id, value = sealed("place", keys_json(said))
    assert column.process_result_value(value, DIALECT) == said

    KNOWN[key_id] = GONE
    read = column.process_result_value(value, DIALECT)
    assert read is not None
    assert (read[asked], list(read), bool(read)) == (ERASED, [], True)
    assert own_keys.key_id_of_erased(read) == key_id


def keys_json(said: dict[str, object]) -> bytes:
    """As the column writes it."""
    bound = SealedJson("place").process_bind_param(said, DIALECT)
    assert bound is not None
    return keys.current().open("place", bound)


@given(st.data())
def test_what_was_altered_does_not_open(data: st.DataObject) -> None:
    """Whichever bit: in the mark, in the key's id, in what is sealed; nor does it in another place."""
    _, whole = sealed("place", b"330101199001011234")
    value = bytearray(whole)
    bit = data.draw(st.integers(0, len(value) * 8 - 1))
    value[bit // 8] ^= 1 << bit % 8
    for purpose, altered in (("place", bytes(value)), ("other", whole)):
        with pytest.raises(InvariantBroken):
            Sealed(purpose).process_result_value(altered, DIALECT)


def test_a_first_nonce_that_looks_like_a_mark_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    """The office's first key has no mark before its nonces."""
    monkeypatch.setattr(os, "urandom", lambda size: (own_keys.MARK + b"n" * 32)[:size])
    value = Sealed("place").process_bind_param("some text", DIALECT)
    assert value is not None
    assert own_keys.is_own(value)
    assert Sealed("place").process_result_value(value, DIALECT) == "some text"


@pytest.mark.parametrize("name", ["id_no", "name", "mobile", "bank_account", "address"])
def test_no_mask_hides_that_something_was_erased(name: str) -> None:
    assert masked.MASKS[name](ERASED) == ERASED
