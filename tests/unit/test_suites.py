"""The two suites: their standards' examples, and SM2 against a second implementation of it."""

import ctypes
import hashlib
import random
from collections.abc import Callable
from functools import partial
from typing import Never

import gmssl_pyx
import pytest
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from database import sm2, suites
from database.sm2 import Sm2Unavailable
from database.suites import SelfTestFailed, Suite, UnknownSuite

# GB/T 32905-2016 A.2: 64 bytes of "abcd" sixteen times over.
SM3_OF_SIXTEEN_ABCD = "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
# GB/T 32918.5-2017 A.2: the signer's keys, the message and the signature it is given there.
PRIVATE = bytes.fromhex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8")
MESSAGE = b"message digest"
SIGNATURE = bytes.fromhex(
    "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
    "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
)


@pytest.fixture(params=suites.NAMES)
def suite(request: pytest.FixtureRequest) -> Suite:
    return suites.named(request.param)


def test_sm3_as_the_standard_says() -> None:
    assert suites.named("gm-1").hash(b"abcd" * 16).hex() == SM3_OF_SIXTEEN_ABCD


def test_sm2_as_the_standard_says() -> None:
    public = sm2.public(PRIVATE)

    assert public.hex().startswith(
        "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    )
    assert sm2.verify(public, MESSAGE, SIGNATURE)


def test_a_suite_passes_its_own_test_and_an_altered_one_does_not(suite: Suite) -> None:
    suites.self_test(suite)

    with pytest.raises(SelfTestFailed):
        suites.self_test(careless(suite))


def test_the_other_suite_is_tried_as_well(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    """Records of before stand under it, and its algorithms check them."""
    (other,) = set(suites.NAMES) - {suite.name}
    broken = {suite.name: suite, other: careless(suites.named(other))}
    monkeypatch.setattr(suites, "_SUITES", broken)

    with pytest.raises(SelfTestFailed, match=other):
        suites.use(suite.name)


@pytest.mark.parametrize("absent", ["libcrypto", "sm2", "sm3"])
def test_without_sm2_the_other_suite_can_be_used(
    absent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until there is something of gm-1 to be made or verified: that is refused, never answered."""
    key, chinese = sm2.public(PRIVATE), suites.named("gm-1")
    asked: Callable[[], object] = partial(chinese.verify, key, MESSAGE, SIGNATURE)
    sm2._crypto.cache_clear()
    if absent == "libcrypto":
        monkeypatch.setattr(ctypes, "CDLL", raising(OSError))
    elif absent == "sm2":
        # As a library built without this curve answers: it reads no such key.
        monkeypatch.setattr(sm2, "_PRIVATE", b"\0" * len(sm2._PRIVATE))
    else:
        monkeypatch.setattr(hashlib, "new", raising(ValueError))
        asked = partial(chinese.hash, MESSAGE)
    try:
        suites.use("intl-1")
        with pytest.raises(Sm2Unavailable, match="libcrypto 3"):
            suites.use("gm-1")
        assert suites.current().name == "intl-1"
        with pytest.raises(Sm2Unavailable):
            asked()
    finally:
        sm2._crypto.cache_clear()


def careless(suite: Suite) -> Suite:
    """A suite that takes any signature."""

    class Careless:
        name, hash, public = suite.name, suite.hash, suite.public
        new_private, sign = suite.new_private, suite.sign

        def verify(self, public: bytes, signed: bytes, signature: bytes) -> bool:
            return bool(public or signed or signature)

    return Careless()


def raising(kind: type[Exception]) -> Callable[..., Never]:
    def fails(*_arguments: object) -> Never:
        raise kind

    return fails


def test_there_is_no_third_suite() -> None:
    with pytest.raises(UnknownSuite):
        suites.named("none")


def test_two_keys_and_two_messages_are_told_apart(suite: Suite) -> None:
    one, other = suite.new_private(), suite.new_private()
    signature = suite.sign(one, b"this")

    assert suite.verify(suite.public(one), b"this", signature)
    assert not suite.verify(suite.public(other), b"this", signature)
    assert not suite.verify(suite.public(one), b"that", signature)


@pytest.mark.parametrize(
    "malformed",
    [b"", b"\0" * 64, b"\xff" * 64, SIGNATURE[:63], SIGNATURE + b"\0", b"\0" * 32 + SIGNATURE[32:]],
)
def test_what_is_malformed_is_refused(suite: Suite, malformed: bytes) -> None:
    public = suite.public(suite.new_private())

    assert not suite.verify(public, MESSAGE, malformed)
    assert not suite.verify(malformed, MESSAGE, SIGNATURE)
    assert not suite.verify(b"\x01" * len(public), MESSAGE, SIGNATURE)


def test_the_same_signature_has_no_second_form() -> None:
    """S + n says the same to a careless verifier."""
    public = sm2.public(PRIVATE)
    s = int.from_bytes(SIGNATURE[32:]) + sm2.ORDER
    longer = SIGNATURE[:32] + (s % 2**256).to_bytes(32)

    assert not sm2.verify(public, MESSAGE, longer)


@pytest.mark.slow
def test_two_implementations_agree() -> None:
    """1,000 signatures each way; of 10,000 mutated ones neither takes any."""
    choices = random.Random(32918)
    private = sm2.new_private()
    public = sm2.public(private)
    refused = 0
    for number in range(1000):
        message = number.to_bytes(4) * (1 + number % 40)
        ours = sm2.sign(private, message)
        assert gmssl_pyx.sm2_verify(public, message, der(ours))
        theirs = raw(gmssl_pyx.sm2_sign(private, public, message))
        assert sm2.verify(public, message, theirs)
        for _ in range(10):
            mutated = bytearray(ours)
            mutated[choices.randrange(64)] ^= 1 << choices.randrange(8)
            refused += not sm2.verify(public, message, bytes(mutated))
            assert not gmssl_pyx.sm2_verify(public, message, der(bytes(mutated)))
    assert refused == 10_000


def der(signature: bytes) -> bytes:
    """A raw signature as the other implementation takes it."""
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    return encode_dss_signature(r, s)


def raw(signature: bytes) -> bytes:
    r, s = decode_dss_signature(signature)
    return r.to_bytes(32) + s.to_bytes(32)
