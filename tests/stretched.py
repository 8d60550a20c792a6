"""Argon2 worked out once for each question: the demo's passwords are asked for in every story.

Nothing is made cheaper or weaker. A key, and whether a password fits a hash, follow from password, salt and
cost alone, so the answer to a question that this process asked before is the one it got.
"""

from functools import lru_cache
from typing import Any, Literal

from argon2 import PasswordHasher

from authz import stretching

QUESTIONS = 2_000
_verify = lru_cache(maxsize=QUESTIONS)(PasswordHasher.verify)


class RememberingHasher(PasswordHasher):
    """Hashes as the product's does; what was once verified it doesn't work out again.

    A password that is wrong raises, and nothing is remembered of that.
    """

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 - argon2's own name
        """Whether the password fits; raises VerificationError where it doesn't."""
        return _verify(self, hash, password)


def remember() -> None:
    """Let this process remember, from now on."""
    product: Any = stretching
    product.key_of = lru_cache(maxsize=QUESTIONS)(stretching.key_of)
    product.hasher = RememberingHasher(
        time_cost=stretching.PASSES,
        memory_cost=stretching.MEMORY_KIB,
        parallelism=stretching.LANES,
    )
