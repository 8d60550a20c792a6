"""The one party whose word may count, as the settings name it."""

import ipaddress
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

NAMES = (
    "OIDC_ISSUER",
    "OIDC_CLIENT_ID",
    "OIDC_SECRET_FILE",
    "OIDC_CLAIM",
    "OIDC_SECOND_FACTOR",
)
SUBJECT = "sub"
MAX_ISSUER = 400
_CLAIM = re.compile(r"[A-Za-z0-9_.:/\-]{1,100}")
_ENOUGH = re.compile(r"(amr|acr):[!-~]{1,200}")


class IssuerRefused(Exception):  # noqa: N818
    """A setting is wrong; ``name`` says which, the message what is allowed."""

    def __init__(self, name: str, allowed: str) -> None:
        super().__init__(allowed)
        self.name = name


@dataclass(frozen=True, slots=True)
class Issuer:
    """What an agency sets of it.

    Attributes:
        issuer: its identifier, an address below which its configuration is found.
        client_id: who this office is to it.
        secret: by which the office proves that, from a file.
        desk: where browsers find this office: they come back there, and nowhere else.
        claim: what of its token names the person, as it is bound to an account.
        second_factor: ``amr:…`` and ``acr:…`` values that are as good as a second factor given here.
    """

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    desk: str
    claim: str = SUBJECT
    second_factor: frozenset[str] = frozenset()


def read(values: Mapping[str, str], desk: str | None) -> Issuer | None:
    """The issuer of these settings, None where none is set. Raises IssuerRefused."""
    issuer = values.get("OIDC_ISSUER")
    if issuer is None:
        for name in NAMES:
            if name in values:
                raise IssuerRefused(name, "without OIDC_ISSUER there is nothing that it is for")
        return None
    if not is_secure(issuer) or len(issuer) > MAX_ISSUER or urlsplit(issuer).query:
        raise IssuerRefused("OIDC_ISSUER", "https://host/path, or http:// on this machine itself")
    if desk is None:
        raise IssuerRefused("OIDC_ISSUER", "takes ADDRESS too: whereto the other party sends back")
    client_id = values.get("OIDC_CLIENT_ID")
    if client_id is None:
        raise IssuerRefused("OIDC_CLIENT_ID", "is missing: who this office is to the issuer")
    claim = values.get("OIDC_CLAIM", SUBJECT)
    if not _CLAIM.fullmatch(claim):
        raise IssuerRefused("OIDC_CLAIM", "the name of a claim, as in sub or employee_number")
    return Issuer(
        issuer=issuer,
        client_id=client_id,
        secret=_secret(values.get("OIDC_SECRET_FILE")),
        desk=desk,
        claim=claim,
        second_factor=_enough(values.get("OIDC_SECOND_FACTOR")),
    )


def is_secure(address: str) -> bool:
    """Whether an address is asked over TLS, or on this machine itself, and names nobody's password."""
    try:
        said = urlsplit(address)
        plain = said.port is None or said.port > 0
    except ValueError:
        return False
    if not said.hostname or not plain or "@" in said.netloc or said.fragment:
        return False
    return said.scheme == "https" or (said.scheme == "http" and _is_here(said.hostname))


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _secret(text: str | None) -> str:
    if text is None:
        raise IssuerRefused("OIDC_SECRET_FILE", "is missing: a file with the client's secret")
    path = Path(text).absolute()
    if not path.is_file():
        raise IssuerRefused("OIDC_SECRET_FILE", f"{path} is not a file with the client's secret")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise IssuerRefused("OIDC_SECRET_FILE", f"others may read {path}: run chmod 600 {path}")
    secret = path.read_text().strip()
    if not secret:
        raise IssuerRefused("OIDC_SECRET_FILE", f"{path} is empty")
    return secret


def _enough(text: str | None) -> frozenset[str]:
    found = frozenset((text or "").split())
    if not all(_ENOUGH.fullmatch(one) for one in found):
        allowed = "amr:VALUE and acr:VALUE with blanks between, as in amr:otp amr:hwk"
        raise IssuerRefused("OIDC_SECOND_FACTOR", allowed)
    return found
