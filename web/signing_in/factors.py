"""The page of one's own security settings: second factors, recovery codes, sessions."""

from typing import Annotated, Any

import orjson
import segno
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Asking, Caller, Command, Commanding, Reading
from api.signing_in import factors as api_factors
from api.signing_in import passwords as api_passwords
from api.signing_in import places, unlocking
from api.signing_in import sessions as api_sessions
from authz.factors import codes_by_time, factor_enrolments
from authz.signing_in.passwords import PasswordProof
from engine.people import factor_acts
from web import commands, navigation, pages, tokens
from web.forms import Sent, sent_form

router = APIRouter(include_in_schema=False)

PAGE = navigation.MY_SECURITY
CODES, KEY = PAGE + "/codes", PAGE + "/key"
MAX_ANSWER = 20_000
QR_BORDER, QR_SCALE = 4, 4

SentForm = Annotated[Sent, sent_form()]


@router.get(PAGE)
def show(request: Request, caller: Asking) -> Response:
    """One's second factors, how many recovery codes are left, and where one is signed in."""
    with caller.reading(enrolling=True) as reading:
        return _page(request, reading)


@router.post(CODES)
def begin_codes(request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Begin with an authenticator: its secret is shown on the next page."""
    with commands.command(request, caller, sent, keyed=False, enrolling=True) as command:
        factor_enrolments.begin_codes(command.session, command.actor)
    return pages.moved(request, CODES)


@router.get(CODES)
def show_codes(request: Request, caller: Asking) -> Response:
    """The QR code, and the form for the first code."""
    with caller.reading(enrolling=True) as reading:
        return _codes(request, reading)


@router.post(CODES + "/proof", dependencies=[api_sessions.OneOfFew])
def prove_codes(request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Take the first code; with the first factor come the recovery codes."""
    proof = _proof(request, caller, sent)
    with commands.command(request, caller, sent, keyed=False, enrolling=True) as command:
        api_factors.require(command, proof)
        code, label = sent.text("code")[: api_factors.MAX_CODE], _label(sent)
        _, spare = factor_acts.enrol_codes(command.session, command.actor, code, label)
        return _made(request, command, spare)


@router.post(KEY)
def begin_key(request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Begin with a security key: the page on which the browser asks it."""
    with commands.command(request, caller, sent, keyed=False, enrolling=True) as command:
        place = places.of(request)
        options = factor_enrolments.begin_key(command.session, command.actor, place)
        return pages.page(request, "factors/key.html", command, options=options)


@router.post(KEY + "/proof", dependencies=[api_sessions.OneOfFew])
def prove_key(request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Take the key's answer; with the first factor come the recovery codes."""
    proof = _proof(request, caller, sent)
    with commands.command(request, caller, sent, keyed=False, enrolling=True) as command:
        api_factors.require(command, proof)
        place, answer = places.of(request), _answer(sent)
        made = factor_acts.enrol_key(command.session, command.actor, place, answer, _label(sent))
        return _made(request, command, made[1])


@router.post(PAGE + "/factors/{factor_id}/removal", dependencies=[api_sessions.OneOfFew])
def remove(factor_id: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Remove one's own factor."""
    proof = _proof(request, caller, sent)
    with commands.command(request, caller, sent) as command:
        api_factors.require(command, proof)
        factor_acts.remove(command.session, command.actor, api_passwords.number(factor_id))
        return pages.done(command, request, PAGE)


@router.post(PAGE + "/recovery-codes", dependencies=[api_sessions.OneOfFew])
def renew(request: Request, caller: Commanding, sent: SentForm) -> Response:
    """A new sheet of recovery codes, shown this once."""
    proof = _proof(request, caller, sent)
    with commands.command(request, caller, sent, keyed=False) as command:
        api_factors.require(command, proof)
        codes = factor_acts.renew_recovery_codes(command.session, command.actor)
        return _made(request, command, codes)


@router.post(PAGE + "/signing-key", dependencies=[api_sessions.OneOfFew])
def unlock(request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Open one's signing key for a sign-in that another party's word began."""
    with caller.reading() as reading:
        tokens.require(request, sent.token, reading.actor.account_id)
    opened = unlocking.opened(caller, (sent.get("password") or "")[:128])
    with commands.command(request, caller, sent) as command:
        unlocking.hold(command, request, opened)
        return pages.done(command, request, PAGE)


def _page(request: Request, reading: Reading) -> Response:
    shown = api_factors.shown(reading)
    signed_in = api_sessions.shown(reading)
    locked = reading.actor.signer is None
    return pages.page(
        request, "factors/mine.html", reading, sign_ins=signed_in, locked=locked, **shown
    )


def _codes(request: Request, reading: Reading) -> Response:
    secret = factor_enrolments.secret_begun(reading.session, reading.actor.account_id)
    if secret is None:
        return pages.moved(request, PAGE)
    picture = segno.make(codes_by_time.address(secret, reading.actor.staff_no), error="m")
    drawn = picture.svg_data_uri(border=QR_BORDER, scale=QR_SCALE, light="#fff")
    parts = [secret[at : at + 4] for at in range(0, len(secret), 4)]
    return pages.page(request, "factors/codes.html", reading, drawn=drawn, secret=" ".join(parts))


def _made(request: Request, command: Command, spare: list[str]) -> Response:
    """The sheet of recovery codes where there is a new one, else back to the page."""
    if not spare:
        return pages.moved(request, PAGE)
    return pages.page(request, "factors/recovery.html", command, codes=spare)


def _proof(request: Request, caller: Caller, sent: Sent) -> PasswordProof:
    with caller.reading(enrolling=True) as reading:
        tokens.require(request, sent.token, reading.actor.account_id)
    return caller.own_password((sent.get("password") or "")[:128], enrolling=True)


def _label(sent: Sent) -> str:
    return sent.text("label")[: api_factors.MAX_LABEL]


def _answer(sent: Sent) -> Any:
    try:
        return orjson.loads(sent.text("answer")[:MAX_ANSWER])
    except orjson.JSONDecodeError:
        return None
