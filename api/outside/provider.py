"""What the issuer publishes of itself: its addresses and its keys, kept a while, fetched anew as keys turn.

The keys are looked at again when a token names one that isn't known, which is how an issuer changes them; not
more often than every ten seconds, so that tokens with made-up names don't ask it to death.
"""

import threading
import time
from dataclasses import dataclass
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from api.outside import outgoing
from api.outside.issuer import Issuer, is_secure
from api.outside.refusals import Unreachable

KEPT_SECONDS, LEAST_SECONDS = 3600.0, 10.0
CONFIGURATION = "/.well-known/openid-configuration"
_KINDS = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
OK = 200

Key = RSAKey | ECKey | OKPKey


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where it is asked; ``names_itself`` where it says who it is when it sends somebody back (RFC 9207)."""

    authorization: str
    token: str
    keys: str
    end_session: str | None
    basic: bool
    names_itself: bool


class Provider:
    """The configured issuer, as one process knows it."""

    def __init__(self, issuer: Issuer) -> None:
        self.issuer = issuer
        self._lock = threading.Lock()
        self._endpoints: Endpoints | None = None
        self._known_until = 0.0
        self._keys: list[Key] = []
        self._keys_until = 0.0
        self._asked_at = -LEAST_SECONDS

    def endpoints(self) -> Endpoints:
        """Its addresses. Raises Unreachable, also where it says it is somebody else."""
        with self._lock:
            if self._endpoints is None or time.monotonic() > self._known_until:
                self._endpoints = _endpoints(self.issuer)
                self._known_until = time.monotonic() + KEPT_SECONDS
            return self._endpoints

    def keys(self, key_id: str | None) -> list[Key]:
        """The keys of this id, or all where a token names none. Raises Unreachable."""
        address = self.endpoints().keys
        with self._lock:
            if time.monotonic() > self._keys_until:
                self._fetch(address)
            found = _named(self._keys, key_id)
            if not found and time.monotonic() > self._asked_at + LEAST_SECONDS:
                self._fetch(address)
                found = _named(self._keys, key_id)
            return found

    def _fetch(self, address: str) -> None:
        self._asked_at = time.monotonic()
        status, said = outgoing.ask(address)
        listed = said.get("keys")
        if status != OK or not isinstance(listed, list):
            raise Unreachable
        self._keys = [key for one in listed if (key := _key(one)) is not None]
        self._keys_until = time.monotonic() + KEPT_SECONDS


def _endpoints(issuer: Issuer) -> Endpoints:
    status, said = outgoing.ask(issuer.issuer.rstrip("/") + CONFIGURATION)
    # Whoever answers for another issuer would have us take that one's tokens for its own (mix-up).
    if status != OK or said.get("issuer") != issuer.issuer:
        raise Unreachable
    ways = said.get("token_endpoint_auth_methods_supported")
    ending = said.get("end_session_endpoint")
    return Endpoints(
        authorization=_address(said, "authorization_endpoint"),
        token=_address(said, "token_endpoint"),
        keys=_address(said, "jwks_uri"),
        end_session=_address(said, "end_session_endpoint") if ending is not None else None,
        basic=not isinstance(ways, list) or "client_secret_basic" in ways,
        names_itself=said.get("authorization_response_iss_parameter_supported") is True,
    )


def _address(said: dict[str, Any], name: str) -> str:
    address = said.get(name)
    if not isinstance(address, str) or not is_secure(address):
        raise Unreachable
    return address


def _named(keys: list[Key], key_id: str | None) -> list[Key]:
    return [key for key in keys if key_id is None or key.kid == key_id]


def _key(said: Any) -> Key | None:
    """A key that signs; None for a secret, one that encrypts, and one that can't be read."""
    kind = _KINDS.get(str(said.get("kty"))) if isinstance(said, dict) else None
    if kind is None or said.get("use", "sig") != "sig":
        return None
    try:
        (key,) = KeySet.import_key_set({"keys": [said]})
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return key if isinstance(key, kind) else None
