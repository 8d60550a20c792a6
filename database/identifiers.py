"""Identifiers that can't be guessed."""

import secrets


def new_id() -> str:
    """128 random bits as 32 hex digits."""
    return secrets.token_hex(16)
