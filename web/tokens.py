"""The token in every form: shows that the form was on a page we rendered for this browser and person.

SameSite=Strict and the Origin check stand before it (api/credentials). It is a MAC over a random cookie
and the account, so that signing in again in another tab leaves open forms valid, and another person's
token is worth nothing.
"""

import hmac
import secrets

from starlette.requests import Request
from starlette.responses import Response

from api import credentials
from database import keys
from database.refusals import Forbidden

COOKIE = "tongban_form"
BYTES = 32
MAX_LENGTH = 64
A_MONTH = 30 * 24 * 3600
NOBODY = 0


class FormTokenWrong(Forbidden):
    """This page's form is out of date; nothing was done. Load the page again."""

    rule = "session.form_token"


def secret_of(request: Request) -> str:
    """The browser's random secret: the one it has, or a new one."""
    found: str | None = getattr(request.state, "form_secret", None) or _sent(request)
    if found is None:
        found = secrets.token_urlsafe(BYTES)
    request.state.form_secret = found
    return found


def token(request: Request, account_id: int = NOBODY) -> str:
    """What a form of this page carries."""
    return _mac(secret_of(request), account_id)


def require(request: Request, sent: str, account_id: int = NOBODY) -> None:
    """Raise CrossSite or FormTokenWrong unless the request comes from a form of ours."""
    credentials.require_own_page(request)
    secret = _sent(request)
    if secret is None or not hmac.compare_digest(_mac(secret, account_id), sent):
        raise FormTokenWrong


def set_cookie(request: Request, answer: Response) -> None:
    """Let the browser keep its secret, where it has none yet."""
    secret = getattr(request.state, "form_secret", None)
    if secret is None or secret == request.cookies.get(COOKIE):
        return
    answer.set_cookie(
        COOKIE,
        secret,
        max_age=A_MONTH,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )


def _sent(request: Request) -> str | None:
    found = request.cookies.get(COOKIE, "")
    return found if found.isascii() and 0 < len(found) <= MAX_LENGTH else None


def _mac(secret: str, account_id: int) -> str:
    return keys.current().mac("form-token", f"{account_id}:{secret}".encode()).hex()
