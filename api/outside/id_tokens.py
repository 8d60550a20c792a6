"""Whether a token of the issuer holds: its signature, by whom, for whom, when, and in answer to what.

Source: OpenID Connect Core 1.0 §3.1.3.7. The algorithms are ours to choose, never the token's.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import orjson
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jws import extract_compact
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictFloat,
    StrictInt,
    StrictStr,
    ValidationError,
)

from api.outside.provider import Provider
from api.outside.refusals import (
    SignatureWrong,
    TokenExpired,
    TokenWrong,
    WrongAudience,
    WrongIssuer,
)

ALGORITHMS = ("RS256", "PS256", "ES256", "ES384", "Ed25519")
_KIND_OF = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC", "ES384": "EC", "Ed25519": "OKP"}
LEEWAY_SECONDS = 60
MAX_TOKEN, MAX_NAME = 16_384, 255


# Seconds since 1970; one that is no number would never be over.
Moment = Annotated[StrictInt | StrictFloat, Field(allow_inf_nan=False)]


class _Claims(BaseModel):
    """What a token has to say, in the shapes that the standard gives it."""

    model_config = ConfigDict(extra="ignore")

    iss: StrictStr
    sub: StrictStr = Field(min_length=1, max_length=MAX_NAME)
    aud: StrictStr | list[StrictStr]
    exp: Moment
    iat: Moment
    nonce: StrictStr = ""
    azp: StrictStr | None = None
    acr: StrictStr | None = None
    amr: list[StrictStr] = []


@dataclass(frozen=True, slots=True)
class Vouched:
    """What a token that holds says: who somebody is there, and whether that was two factors enough."""

    subject: str
    enough: bool


def checked(
    provider: Provider, token: Any, nonce: str, access_token: Any, now: datetime
) -> Vouched:
    """What the token says of whoever signed in.

    Raises SignatureWrong, TokenExpired, WrongIssuer, WrongAudience, TokenWrong, Unreachable.
    """
    issuer = provider.issuer
    header, said = _signed(provider, token)
    try:
        claims = _Claims.model_validate(said)
    except ValidationError as malformed:
        raise TokenWrong from malformed
    if claims.iss != issuer.issuer:
        raise WrongIssuer
    audience = [claims.aud] if isinstance(claims.aud, str) else claims.aud
    if issuer.client_id not in audience or (len(audience) > 1 and claims.azp is None):
        raise WrongAudience
    if claims.azp not in (None, issuer.client_id):
        raise WrongAudience
    if claims.iat > now.timestamp() + LEEWAY_SECONDS:
        raise TokenExpired
    if not hmac.compare_digest(claims.nonce.encode(), nonce.encode()):
        raise TokenWrong
    params = {"client_id": issuer.client_id, "nonce": nonce, "access_token": access_token}
    try:
        CodeIDToken(said, header, params=params).validate(int(now.timestamp()), LEEWAY_SECONDS)
    except ExpiredTokenError as expired:
        raise TokenExpired from expired
    except (JoseError, TypeError, ValueError) as wrong:
        raise TokenWrong from wrong
    name = said.get(issuer.claim)
    if not isinstance(name, str) or not 0 < len(name) <= MAX_NAME:
        raise TokenWrong
    ways = {f"amr:{way}" for way in claims.amr} | {f"acr:{claims.acr}"}
    return Vouched(name, bool(ways & issuer.second_factor))


def _signed(provider: Provider, token: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of a token that one of the issuer's keys signed. Raises SignatureWrong."""
    if not isinstance(token, str) or len(token) > MAX_TOKEN:
        raise TokenWrong
    try:
        header = extract_compact(token.encode()).headers()
    except (JoseError, ValueError) as malformed:
        raise SignatureWrong from malformed
    algorithm, key_id = header.get("alg"), header.get("kid")
    if algorithm not in ALGORITHMS or not isinstance(key_id, str | None):
        raise SignatureWrong
    for key in provider.keys(key_id):
        if key.key_type == _KIND_OF[algorithm]:
            try:
                opened = jwt.decode(token, key, algorithms=[algorithm])
            except (JoseError, ValueError, TypeError, orjson.JSONDecodeError):
                continue
            return dict(opened.header), dict(opened.claims)
    raise SignatureWrong
