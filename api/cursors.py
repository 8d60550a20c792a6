"""Cursors of long lists: opaque to whoever holds one, and good only for the list that gave it."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from typing import Any

from database import keys
from database.refusals import Invalid

MAC_BYTES = 8
MAX_LENGTH = 200


class CursorRefused(Invalid):
    """This cursor is not one of this list's: begin again without it."""

    rule = "cursor.invalid"


def seal(listing: str, position: str | None) -> str | None:
    """The cursor that stands for a position in a list; None at the end."""
    if position is None:
        return None
    said = position.encode()
    return base64.urlsafe_b64encode(_mac(listing, said) + said).decode().rstrip("=")


def sealed_page(listing: str, page: Mapping[str, Any]) -> dict[str, Any]:
    """A page whose ``next_cursor`` is a position yet, as it is answered."""
    return {**page, "next_cursor": seal(listing, page["next_cursor"])}


def position(listing: str, cursor: str | None) -> str | None:
    """The position a cursor stands for. Raises CursorRefused for any we didn't make for this list."""
    if cursor is None:
        return None
    if len(cursor) > MAX_LENGTH or not cursor.isascii():
        raise CursorRefused
    try:
        content = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except binascii.Error:
        raise CursorRefused from None
    mac, said = content[:MAC_BYTES], content[MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(listing, said)):
        raise CursorRefused
    return said.decode()


def _mac(listing: str, said: bytes) -> bytes:
    return keys.current().mac("cursor:" + listing, said)[:MAC_BYTES]
