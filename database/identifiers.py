"""Identifiers that can't be guessed."""

import secrets
from datetime import datetime

_INSTANT, _DRAWN = 6, 10


def new_id() -> str:
    """128 random bits as 32 hex digits."""
    return secrets.token_hex(16)


def new_in_order(at: datetime) -> str:
    """As ``new_id``, after all of before: the millisecond in 48 bits, then 80 random ones.

    The newest keys of a table lie together then, and the next row goes where the last one went.
    """
    instant = int(at.timestamp() * 1000)
    return instant.to_bytes(_INSTANT).hex() + secrets.token_hex(_DRAWN)
