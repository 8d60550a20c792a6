"""Signing in by the issuer's word: sent there, come back, and let in as far as that counts as a factor.

What was sent (state, nonce, the verifier of PKCE) stands sealed in a cookie of this browser's, so that nobody
begins a sign-in that another finishes, and anybody may begin one without a row being written. A return counts
once: its state is spent before the issuer is asked anything.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

import orjson
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request

from api import credentials
from api.outside import id_tokens, outgoing
from api.outside.id_tokens import Vouched
from api.outside.issuer import SUBJECT
from api.outside.provider import OK, Endpoints, Provider
from api.outside.refusals import (
    Denied,
    IdentityUnknown,
    NoIssuer,
    StateUnknown,
    Unreachable,
    WrongIssuer,
)
from api.signing_in import browsers, entering
from api.signing_in.entering import Entered
from authz import actors
from authz.factors import second_factors
from authz.keys import signing_keys
from authz.offices.agencies import Agency
from authz.signing_in import identities, sessions
from authz.signing_in.sessions import OutsideProof
from database import keys
from database.connection import Sessions
from database.refusals import InvariantBroken
from engine import journal

RETURN = "/sign-in/outside/return"
OUTSIDE = "outside"
PURPOSE = "outside-sign-in"
RANDOM_BYTES, MAX_COOKIE, MAX_VALUE = 32, 4_000, 2_000
_CLIENT_ERRORS = range(400, 500)


@dataclass(frozen=True, slots=True)
class _Begun:
    """What was sent, as the browser's cookie keeps it sealed.

    ``leaving`` is the sign-in that this browser had: the cookie of that doesn't come along from elsewhere.
    """

    state: str
    nonce: str
    verifier: str
    after: str
    leaving: str
    at: int


@dataclass(frozen=True, slots=True)
class Returned:
    """Somebody who came back and is let in: how far, and to which page he wanted."""

    entered: Entered
    after: str


def provider_of(request: Request) -> Provider:
    """The issuer that is configured. Raises NoIssuer."""
    found: Provider | None = request.app.state.provider
    if found is None:
        raise NoIssuer
    return found


def begin(request: Request, after: str) -> tuple[str, str]:
    """Where to send the browser, and what its cookie is to keep. Raises NoIssuer, Unreachable, CrossSite."""
    provider = provider_of(request)
    credentials.require_own_page(request)
    state, nonce, verifier = (secrets.token_urlsafe(RANDOM_BYTES) for _ in range(3))
    leaving = request.cookies.get(credentials.COOKIE, "")[: credentials.MAX_TOKEN_LENGTH]
    begun = _Begun(state, nonce, verifier, after, leaving, int(_now(request).timestamp()))
    address: str = prepare_grant_uri(
        provider.endpoints().authorization,
        provider.issuer.client_id,
        "code",
        _back(provider),
        # Other claims than the first come with more than that.
        "openid" if provider.issuer.claim == SUBJECT else "openid profile",
        state,
        nonce=nonce,
        code_challenge=create_s256_code_challenge(verifier),
        code_challenge_method="S256",
    )
    sealed = keys.current().seal(PURPOSE, orjson.dumps(asdict(begun)))
    return address, base64.urlsafe_b64encode(sealed).decode()


def complete(request: Request, kept: str, said: Mapping[str, str]) -> Returned:
    """Let in whoever comes back with the issuer's word; ``kept`` is the cookie, ``said`` the query.

    Raises NoIssuer, Unreachable, NotOnThisMachine and the refusals of ``api.outside.refusals``.
    """
    provider = provider_of(request)
    begun = _kept(request, kept)
    state = said.get("state", "")
    if begun is None or not hmac.compare_digest(begun.state.encode(), state.encode()):
        raise StateUnknown
    office: Sessions = request.app.state.sessions
    with office.command() as session:
        if not identities.spend(session, hashlib.sha256(state.encode()).hexdigest()):
            raise StateUnknown
    endpoints = provider.endpoints()
    _require_issuer(provider, endpoints, said)
    code = said.get("code", "")
    if "error" in said or not 0 < len(code) <= MAX_VALUE:
        raise Denied
    token = _exchanged(provider, endpoints, code, begun.verifier)
    vouched = id_tokens.checked(
        provider, token.get("id_token"), begun.nonce, token.get("access_token"), _now(request)
    )
    return Returned(_enter(request, provider, vouched, begun.leaving), begun.after)


def ending(request: Request, *, outside: bool) -> str | None:
    """Where the sign-in at the issuer is ended too, if this one came from there and it says where."""
    provider: Provider | None = request.app.state.provider
    if provider is None or not outside:
        return None
    try:
        address = provider.endpoints().end_session
    except Unreachable:
        return None
    if address is None:
        return None
    back = quote(f"{provider.issuer.desk}/sign-in", safe="")
    client = quote(provider.issuer.client_id, safe="")
    mark = "&" if "?" in address else "?"
    return f"{address}{mark}client_id={client}&post_logout_redirect_uri={back}"


def _enter(request: Request, provider: Provider, vouched: Vouched, leaving: str) -> Entered:
    """Open a sign-in for whoever is vouched for; the second factor is asked for as after a password."""
    office: Sessions = request.app.state.sessions
    address = credentials.address(request)
    try:
        with office.command() as session:
            proof = _proof(session, provider, vouched)
            actor = actors.load(session, proof.account_id)
            if actor.demo:
                credentials.require_loopback(request)
            waits = bool(second_factors.ways(session, actor.account_id))
            stage = None if vouched.enough else entering.stage_of(session, actor, waits=waits)
            # A key that the office keeps is opened by its holder's password, and by nothing else.
            key = signing_keys.held_elsewhere(session, actor.account_id)
            token, _ = sessions.open_session(session, proof, key, stage, browsers.kind(request))
            if stage == sessions.AWAITED:
                entering.note_asked(session, actor)
            else:
                by = OUTSIDE if vouched.enough else None
                entering.admitted(session, actor, address, by, proof.identity_id)
            sessions.end(session, leaving)
    except IdentityUnknown:
        with office.command() as session:
            _note_unknown(session)
        raise
    return Entered(token, actor, stage)


def _proof(session: Session, provider: Provider, vouched: Vouched) -> OutsideProof:
    found = identities.proof(session, provider.issuer.issuer, vouched.subject)
    if found is None:
        raise IdentityUnknown
    return found


def _note_unknown(session: Session) -> None:
    """Journal, at the office above all, that somebody came whom the issuer knows and we don't."""
    top = select(Agency.code).where(Agency.parent_code.is_(None)).order_by(Agency.code).limit(1)
    agency = session.execute(top).scalar_one_or_none()
    if agency is not None:
        journal.append_office(session, agency, "sign_in_failed", rule=IdentityUnknown.rule)


def _exchanged(
    provider: Provider, endpoints: Endpoints, code: str, verifier: str
) -> Mapping[str, Any]:
    """What the issuer gives for the code. Raises Denied, Unreachable."""
    issuer = provider.issuer
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": _back(provider),
        "code_verifier": verifier,
    }
    headers = {}
    if endpoints.basic:
        pair = f"{quote(issuer.client_id, safe='')}:{quote(issuer.secret, safe='')}"
        headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        form |= {"client_id": issuer.client_id, "client_secret": issuer.secret}
    status, said = outgoing.ask(endpoints.token, form, headers)
    if status in _CLIENT_ERRORS:
        raise Denied
    if status != OK:
        raise Unreachable
    return said


def _require_issuer(provider: Provider, endpoints: Endpoints, said: Mapping[str, str]) -> None:
    """Raise WrongIssuer where the answer says it is another's, or hides whose it is (RFC 9207)."""
    named = said.get("iss")
    if named is None and not endpoints.names_itself:
        return
    if named != provider.issuer.issuer:
        raise WrongIssuer


def _kept(request: Request, kept: str) -> _Begun | None:
    if not 0 < len(kept) <= MAX_COOKIE:
        return None
    try:
        opened = keys.current().open(PURPOSE, base64.urlsafe_b64decode(kept.encode()))
        begun = _Begun(**orjson.loads(opened))
    except (ValueError, InvariantBroken):
        return None
    age = _now(request).timestamp() - begun.at
    return begun if 0 <= age < sessions.WAITS_OUTSIDE.total_seconds() else None


def _back(provider: Provider) -> str:
    """Where the issuer sends the browser back: from the settings alone, whatever the request says."""
    return provider.issuer.desk + RETURN


def _now(request: Request) -> datetime:
    office: Sessions = request.app.state.sessions
    return office.clock.now()
