"""Pages about passwords: one's own, a lost one set anew by code, and the two people who hand the code out."""

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import problems
from api.dependencies import Asking, Command, Commanding, Reading
from api.signing_in import passwords as api_passwords
from api.signing_in import sessions as api_sessions
from authz import decisions, two_people
from authz.acts import Act
from authz.offices import accounts
from authz.signing_in import password_resets
from database.refusals import Forbidden, Invalid, NotSignedIn
from engine.applications import field_error
from engine.people import new_passwords
from web import commands, navigation, pages, tokens
from web.forms import Sent, sent_form
from web.signing_in import sign_in

router = APIRouter(include_in_schema=False)

RESETS, BY_CODE = "/password-resets", "/password-reset"
MAX_CODE = 64


@router.post(f"{navigation.MINE}/password", dependencies=[api_sessions.OneOfFew])
def change(request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]) -> Response:
    """Change one's own password, and sign in anew with it."""
    with caller.reading(first_password=True) as reading:
        tokens.require(request, sent.token, reading.actor.account_id)
    new = _twice(sent)
    chosen = caller.new_password(_password(sent, "password"), new)
    with commands.command(
        request, caller, sent, alters_authority=True, first_password=True
    ) as command:
        new_passwords.change(command.session, command.actor, chosen)
        staff_no = command.actor.staff_no
        answer = pages.done(command, request, f"{sign_in.SIGN_IN}?staff_no={staff_no}")
    api_sessions.drop_cookie(answer)
    return answer


@router.get(BY_CODE)
def show_by_code(request: Request) -> Response:
    """Where a lost password is replaced by the code of two people."""
    return pages.page(request, "passwords/by_code.html", staff_no="", refused=None)


@router.post(BY_CODE, dependencies=[api_sessions.OneOfFew])
def by_code(request: Request, sent: Annotated[Sent, sent_form()]) -> Response:
    """Set a new password by code, and go on to sign in with it."""
    staff_no = sent.text("staff_no")[: sign_in.MAX_STAFF_NO]
    tokens.require(request, sent.token)
    try:
        code = sent.text("code")[:MAX_CODE]
        api_passwords.by_code(request, staff_no, code, _twice(sent))
    except (NotSignedIn, Forbidden, Invalid) as refusal:
        return pages.page(
            request,
            "passwords/by_code.html",
            status=problems.status_of(refusal),
            staff_no=staff_no,
            refused=refusal,
        )
    return pages.moved(request, f"{sign_in.SIGN_IN}?staff_no={staff_no}")


@router.get(RESETS)
def waiting(request: Request, caller: Asking) -> Response:
    """The open applications for lost passwords, for whoever applies or confirms."""
    with caller.reading() as reading:
        lines = password_resets.waiting(reading.session, reading.actor)
        return pages.page(
            request,
            "passwords/resets.html",
            reading,
            lines=[api_passwords.shown(line) for line in lines],
            may_apply=_may(reading, two_people.APPLY),
            may_confirm=_may(reading, two_people.CONFIRM),
        )


@router.post(RESETS)
def apply(request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]) -> Response:
    """Apply for somebody; the first half of the code is shown this once."""
    with commands.command(request, caller, sent, keyed=False) as command:
        staff_no, reason = sent.text("staff_no"), sent.text("reason")
        if not reason:
            told = field_error(
                "reason", "say why, and how the person was identified", rule="reset.reason"
            )
            raise Invalid("Say why the password is replaced.", errors=[told])
        _, half = new_passwords.apply(command.session, command.actor, staff_no, reason)
        return _half(request, command, staff_no, half, first=True)


@router.post(RESETS + "/{reset_id}/confirmation")
def confirm(
    reset_id: str, request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]
) -> Response:
    """Confirm as the second person; the second half of the code is shown this once."""
    with commands.command(request, caller, sent, keyed=False) as command:
        number = api_passwords.number(reset_id)
        reset, half = new_passwords.confirm(command.session, command.actor, number)
        staff_no = accounts.get(command.session, reset.account_id).staff_no
        return _half(request, command, staff_no, half, first=False)


def _half(request: Request, command: Command, staff_no: str, half: str, *, first: bool) -> Response:
    return pages.page(
        request, "passwords/half.html", command, staff_no=staff_no, half=half, first=first
    )


def _may(reading: Reading, step: str) -> bool:
    act = Act(step, agency=reading.actor.agency)
    return decisions.may(reading.session, reading.actor, act) is not None


def _password(sent: Sent, name: str) -> str:
    return (sent.get(name) or "")[: sign_in.MAX_PASSWORD]


def _twice(sent: Sent) -> str:
    """The new password, typed the same in both fields."""
    new = _password(sent, "new_password")
    if new != _password(sent, "again"):
        told = field_error("again", "is not the same as above", rule="password.again")
        raise Invalid("The two new passwords differ.", errors=[told])
    return new
