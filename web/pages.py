"""A page or a part of one as an answer: its person, language, navigation, tokens and headers."""

from collections.abc import Mapping
from typing import Any

from jinja2 import Template
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.dependencies import Command, Reading
from authz.actors import Actor
from authz.offices import agencies
from web import headers, languages, local_addresses, navigation, templates, tokens

HTML = "text/html; charset=utf-8"
MOVED = 303
LOCATION = "location"


def page(
    request: Request,
    template: str | Template,
    reading: Reading | None = None,
    *,
    status: int = 200,
    **values: Any,
) -> Response:
    """A whole page; ``reading`` is who reads it, None on a public page."""
    return _answer(request, template, reading, status, values)


def part(request: Request, template: str | Template, reading: Reading, **values: Any) -> Response:
    """A part of a page, that htmx puts in its place."""
    return _answer(request, template, reading, 200, values)


def done(command: Command, request: Request, address: str) -> Response:
    """The answer to a command from a page: go on to this address.

    It is kept under the form's key, so that the same form sent twice leads to the same page.
    """
    command.answer({LOCATION: address}, MOVED)
    return moved(request, address)


def moved(request: Request, address: str) -> Response:
    """Let the browser go on to another page, whether it asked itself or through htmx."""
    if "hx-request" in request.headers:
        return Response(headers={**headers.PAGE, "hx-redirect": address})
    return RedirectResponse(address, MOVED, headers=headers.PAGE)


def _answer(
    request: Request,
    template: str | Template,
    reading: Reading | None,
    status: int,
    values: Mapping[str, Any],
) -> Response:
    actor = None if reading is None else reading.actor
    filled = templates.render(
        languages.of(request),
        template,
        **{**_surroundings(request, reading), **values},
        csrf=tokens.token(request, actor.account_id if actor else tokens.NOBODY),
    )
    answer = Response(filled, status, media_type=HTML, headers=headers.PAGE)
    tokens.set_cookie(request, answer)
    return answer


def _surroundings(request: Request, reading: Reading | None) -> dict[str, Any]:
    """What the layout shows around every page."""
    path = request.url.path
    entries = (
        navigation.entries(request.app, reading.actor.works_as)
        if reading
        else navigation.public_entries(request.app)
    )
    return {
        "me": None if reading is None else _me(reading, reading.actor),
        "places": [
            {"entry": entry, "current": navigation.current(path, entry)} for entry in entries
        ],
        "place_groups": [_group(path, group) for group in navigation.groups(entries)],
        "here": local_addresses.of_page(request),
    }


def _group(path: str, group: navigation.Group) -> dict[str, Any]:
    places = [
        {"entry": entry, "current": navigation.current(path, entry)} for entry in group.entries
    ]
    return {
        "text": group.text,
        "places": places,
        "current": any(place["current"] for place in places),
    }


def _me(reading: Reading, actor: Actor) -> dict[str, Any]:
    return {
        "staff_no": actor.staff_no,
        "name": actor.name,
        "agency": agencies.get(reading.session, actor.agency).name,
        "agency_code": actor.agency,
        "section": actor.section,
        "posts": actor.works_as,
        "first_password": actor.first_password,
    }
