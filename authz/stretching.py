"""Argon2id at OWASP's cost (19 MiB, two passes, one lane), two at a time: what passwords and keys rest on.

One takes about 20 ms. More than two at a time would eat every core of a small server while people sign in.
"""

from threading import Semaphore

from argon2 import PasswordHasher, Type
from argon2.low_level import hash_secret_raw

PASSES, MEMORY_KIB, LANES = 2, 19 * 1024, 1

hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
two_at_a_time = Semaphore(2)


def key_of(password: str, salt: bytes, size: int) -> bytes:
    """A key of ``size`` bytes that only the password and its salt give."""
    with two_at_a_time:
        return hash_secret_raw(
            encoded(password),
            salt,
            time_cost=PASSES,
            memory_cost=MEMORY_KIB,
            parallelism=LANES,
            hash_len=size,
            type=Type.ID,
        )


def encoded(password: str) -> bytes:
    """The bytes of a password, whatever text it is.

    JSON may carry lone surrogates; they make a password that is wrong, not an error.
    """
    return password.encode("utf-8", "surrogatepass")
