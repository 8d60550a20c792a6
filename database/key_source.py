"""Looks up the secrets of persons' own keys, for column types that have no session.

On a connection of its own, since they are met while rows of another one are read; and anew each time but for
a moment, since a secret that was destroyed must not live on in a server's memory. Only persons of whom an
erasure was asked for have such keys, so this is rare.
"""

import threading
import time
from typing import Literal

from sqlalchemy import Connection, text

from database import connection, keys, own_keys, wall
from database.own_keys import GONE

# How long another process may still know a secret that was destroyed, in nanoseconds.
KNOWN_FOR = 10**9
PURPOSE = "person_keys.secret"
_SECRET = text("SELECT secret FROM person_keys WHERE key_id = :key_id")
_ERASED = text("SELECT 1 FROM erasures WHERE key_id = :key_id")


class KeySource:
    """The secrets that the database at this address holds."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._erased: set[str] = set()
        self._known: dict[str, tuple[int, bytes]] = {}

    def __call__(self, key_id: str) -> bytes | Literal["erased"] | None:
        """A key's secret, ``GONE`` where an erasure destroyed it, None where neither is there."""
        with self._lock:
            if key_id in self._erased:
                return GONE
            known = self._known.get(key_id)
            if known is not None and time.monotonic_ns() - known[0] < KNOWN_FOR:
                return known[1]
            self._known.pop(key_id, None)
            found = self._look_up(key_id)
            if isinstance(found, bytes):
                self._known[key_id] = (time.monotonic_ns(), found)
            elif found is not None:
                self._erased.add(key_id)
            return found

    def forget(self, key_id: str) -> None:
        """Look it up anew the next time."""
        with self._lock:
            self._known.pop(key_id, None)

    def _look_up(self, key_id: str) -> bytes | Literal["erased"] | None:
        engine = connection.connect(self._url)
        try:
            with engine.begin() as opened:
                return _found(opened, key_id)
        finally:
            engine.dispose()


def install(url: str) -> None:
    """Look secrets up in this database from now on."""
    own_keys.install(KeySource(url))


def _found(opened: Connection, key_id: str) -> bytes | Literal["erased"] | None:
    # Whose a value is has been looked at by whoever reads it.
    wall.open_to(opened)
    secret = opened.execute(_SECRET, {"key_id": key_id}).scalar_one_or_none()
    if secret is not None:
        return bytes.fromhex(keys.current().open(PURPOSE, bytes(secret)).decode())
    return GONE if opened.execute(_ERASED, {"key_id": key_id}).first() else None
