"""The fields by which a queue is filtered and sorted on its page, and what their choices are called."""

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import Request

from api.dependencies import Reading
from authz.offices import agencies
from authz.offices.posts import POSTS
from engine.queueing.queue_filters import Asked
from web import case_labels, languages, navigation, texts
from web.texts import mark

ORDERS: Mapping[str, str] = {
    "due_on": mark("First due on top"),
    "-due_on": mark("Last due on top"),
    "arrived": mark("Waiting longest"),
    "-arrived": mark("Waiting shortest"),
    "received": mark("Received first"),
    "-received": mark("Received last"),
    "level": mark("High risk first"),
    "-level": mark("Low risk first"),
    "process": mark("By business"),
    "turn": mark("Green channel first"),
}
HOLDERS: Mapping[str, str] = {"nobody": mark("Nobody"), "me": mark("Me")}
APPLICANTS: Mapping[str, str] = {
    "person": mark("A person"),
    "employer": mark("An employer"),
    "agency": mark("The office itself"),
}
# Why a row could not be claimed, in few words; else it is a matter of rights.
WHY_NOT: Mapping[str, str] = {
    "task.claimed": mark("somebody else holds it"),
    "task.not_found": mark("it is no longer there"),
    "task.not_waiting": mark("it is done already"),
    "": mark("it is not open to you"),
}
# Posts that tasks are offered to.
_WAITING = navigation.SIGNERS | navigation.TELLERS
_OPEN = ("awaiting_materials", "in_progress", "returned")


def given(query: QueryParams) -> dict[str, str]:
    """What an address says of filters and order; the fields of one order make one."""
    found = {name: query.get(name, "") for name in Asked.model_fields}
    keys = [key for said in query.getlist("sort") for key in said.split(",") if key]
    return {**found, "sort": ",".join(dict.fromkeys(keys))}


def choices(request: Request, reading: Reading) -> dict[str, Any]:
    """What the fields of the page offer; sections where the office has some."""
    language = languages.of(request)
    states = {code: case_labels.STATUSES[code] for code in _OPEN}
    offered = {"orders": ORDERS, "holders": HOLDERS, "applicants": APPLICANTS, "states": states}
    sections = agencies.tree(reading.session).sections.get(reading.actor.agency, {})
    return {
        "texts": {
            name: [(code, texts.translate(language, text)) for code, text in listed.items()]
            for name, listed in offered.items()
        },
        "sections": [(section, section) for section in sections],
        "sharing": [post for post in POSTS if post in _WAITING],
    }
