"""From a page's form to a use case: token, transaction and idempotency exactly as the API has them."""

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.requests import Request

from api.dependencies import AltersAuthority, Caller, Command
from web import tokens
from web.forms import Sent


@contextmanager
def command(
    request: Request,
    caller: Caller,
    sent: Sent,
    *,
    keyed: bool = True,
    alters_authority: AltersAuthority = False,
    first_password: bool = False,
    enrolling: bool = False,
) -> Iterator[Command]:
    """One transaction of the person at the page; end it with ``pages.done``.

    The form's ``key`` makes the same form sent twice count once. Raises as ``Caller.command``, and
    CrossSite or FormTokenWrong where the form was not on a page of ours.
    """
    with caller.command(
        sent,
        keyed=keyed,
        key=sent.key,
        alters_authority=alters_authority,
        first_password=first_password,
        enrolling=enrolling,
    ) as opened:
        tokens.require(request, sent.token, opened.actor.account_id)
        yield opened
