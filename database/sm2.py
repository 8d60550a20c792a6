"""SM2 signatures with SM3 (GB/T 32918.2, GB/T 32905) by the system's libcrypto, version 3.

No kept Python package both signs SM2 safely and follows security updates, and the ``cryptography``
package has no SM2; the library that Python's own ``ssl`` stands on has it. Keys and signatures are raw:
32 bytes, x‖y in 64 and r‖s in 64, so that nothing has two encodings.
"""

import ctypes
import ctypes.util
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

# GB/T 35276 and GM/T 0009: who doesn't agree on another identity signs as this one.
IDENTITY = b"1234567812345678"
ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
SIZE = 32
LONGEST_DER = 72

# The DER around raw keys: the algorithm is id-ecPublicKey on the curve sm2p256v1 (1.2.156.10197.1.301).
_PRIVATE = bytes.fromhex("3041020100301306072a8648ce3d020106082a811ccf5501822d042730250201010420")
_PUBLIC = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004")


class Sm2Unavailable(Exception):  # noqa: N818
    """The suite gm-1 needs libcrypto 3 with SM2 (Debian: package libssl3); it was not found here."""


class _Refused(Exception):  # noqa: N818
    """libcrypto answered no."""


def new_private() -> bytes:
    """A private key: a number from 1 to the order less two, from the system's random source."""
    return (secrets.randbelow(ORDER - 2) + 1).to_bytes(SIZE)


def public(private: bytes) -> bytes:
    """The public key x‖y (64 bytes) of a private one."""
    with _key(_crypto().d2i_AutoPrivateKey, _PRIVATE + private) as key:
        out = ctypes.c_void_p()
        length = _crypto().i2d_PUBKEY(key, ctypes.byref(out))
        _one(length > 0)
        der = ctypes.string_at(out, length)
        _crypto().CRYPTO_free(out, b"", 0)
    return der[-2 * SIZE :]


def sign(private: bytes, message: bytes) -> bytes:
    """The signature r‖s (64 bytes) over a message, with a fresh random number of libcrypto's own."""
    crypto = _crypto()
    with (
        _key(crypto.d2i_AutoPrivateKey, _PRIVATE + private) as key,
        _context(crypto.EVP_DigestSignInit, key) as context,
    ):
        length = ctypes.c_size_t(LONGEST_DER)
        out = ctypes.create_string_buffer(length.value)
        done = crypto.EVP_DigestSign(
            context, out, ctypes.byref(length), message, ctypes.c_size_t(len(message))
        )
        _one(done)
    r, s = decode_dss_signature(out.raw[: length.value])
    return r.to_bytes(SIZE) + s.to_bytes(SIZE)


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature is of this key over this message; False for anything malformed."""
    if len(public_key) != 2 * SIZE or len(signature) != 2 * SIZE:
        return False
    r, s = int.from_bytes(signature[:SIZE]), int.from_bytes(signature[SIZE:])
    if not (0 < r < ORDER and 0 < s < ORDER):
        return False
    der = encode_dss_signature(r, s)
    crypto = _crypto()
    try:
        with (
            _key(crypto.d2i_PUBKEY, _PUBLIC + public_key) as key,
            _context(crypto.EVP_DigestVerifyInit, key) as context,
        ):
            said = crypto.EVP_DigestVerify(
                context,
                der,
                ctypes.c_size_t(len(der)),
                message,
                ctypes.c_size_t(len(message)),
            )
    except _Refused:
        # The point isn't on the curve.
        crypto.ERR_clear_error()
        return False
    crypto.ERR_clear_error()
    return bool(said == 1)


@contextmanager
def _key(read: Callable[..., int | None], der: bytes) -> Iterator[ctypes.c_void_p]:
    crypto = _crypto()
    at = ctypes.c_char_p(der)
    found = read(None, ctypes.byref(at), ctypes.c_long(len(der)))
    _one(found is not None)
    key = ctypes.c_void_p(found)
    try:
        yield key
    finally:
        crypto.EVP_PKEY_free(key)


@contextmanager
def _context(begin: Callable[..., int], key: ctypes.c_void_p) -> Iterator[ctypes.c_void_p]:
    crypto = _crypto()
    context = ctypes.c_void_p(crypto.EVP_MD_CTX_new())
    # Made here and handed over, so that the identity stands before the first hash of it.
    of_key = ctypes.c_void_p(crypto.EVP_PKEY_CTX_new(key, None))
    try:
        _one(crypto.EVP_PKEY_CTX_set1_id(of_key, IDENTITY, ctypes.c_int(len(IDENTITY))))
        crypto.EVP_MD_CTX_set_pkey_ctx(context, of_key)
        _one(begin(context, None, ctypes.c_void_p(crypto.EVP_sm3()), None, key))
        yield context
    finally:
        crypto.EVP_MD_CTX_free(context)
        crypto.EVP_PKEY_CTX_free(of_key)


def _one(answer: int) -> None:
    if answer != 1:
        raise _Refused


@cache
def _crypto() -> Any:
    """Libcrypto with the types of what is called here; raises Sm2Unavailable."""
    try:
        crypto = ctypes.CDLL(ctypes.util.find_library("crypto") or "libcrypto.so.3")
        for name in _GIVE_POINTERS:
            getattr(crypto, name).restype = ctypes.c_void_p
        for name in ("EVP_MD_CTX_set_pkey_ctx", "EVP_DigestSign", "EVP_DigestVerify"):
            getattr(crypto, name)
        if crypto.EVP_sm3() is None or not _reads_keys(crypto):
            raise Sm2Unavailable(Sm2Unavailable.__doc__)
    except (OSError, AttributeError) as missing:
        raise Sm2Unavailable(Sm2Unavailable.__doc__) from missing
    return crypto


def _reads_keys(crypto: Any) -> bool:
    """Whether it knows the curve: some systems' libraries are built without, and would take no signature."""
    der = _PRIVATE + (1).to_bytes(SIZE)
    at = ctypes.c_char_p(der)
    key = crypto.d2i_AutoPrivateKey(None, ctypes.byref(at), ctypes.c_long(len(der)))
    if key is None:
        crypto.ERR_clear_error()
        return False
    crypto.EVP_PKEY_free(ctypes.c_void_p(key))
    return True


_GIVE_POINTERS = (
    "d2i_AutoPrivateKey", "d2i_PUBKEY", "EVP_MD_CTX_new", "EVP_PKEY_CTX_new", "EVP_sm3",
)  # fmt: skip
