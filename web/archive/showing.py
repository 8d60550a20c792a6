"""What the archive's pages share: names of businesses and materials, and what the reader may do."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Command, Reading
from authz import decisions
from authz.acts import Act
from engine.archiving.archive_filing import KEEP
from engine.defining.guides import Bilingual
from engine.office import Office
from web import case_labels, pages
from web.finding import CATEGORIES
from web.queueing import queue

ARCHIVE = "/archive"


def page(request: Request, template: str, reading: Reading, **values: Any) -> Response:
    """A page of the archive, with what all of them need."""
    return pages.page(
        request,
        f"archive/{template}.html",
        reading,
        keeps=may(reading, KEEP),
        processes=queue.process_names(reading.office),
        materials=materials(reading.office),
        statuses=case_labels.STATUSES,
        categories=CATEGORIES,
        **values,
    )


def materials(office: Office) -> Mapping[str, Mapping[str, Bilingual]]:
    """What materials are called, by business and code; nothing of a business that isn't deployed any more."""
    found: dict[str, Mapping[str, Bilingual]] = _Known()
    for definition in office.catalogue.known():
        found[definition.code] = {one.code: one.name for one in definition.guide.materials}
    return found


def may(reading: Reading | Command, act: str) -> bool:
    """Whether the reader may do this at his agency."""
    actor = reading.actor
    return decisions.may(reading.session, actor, Act(act, agency=actor.agency)) is not None


class _Known(dict[str, Mapping[str, Bilingual]]):
    """Businesses by code; of an unknown one nothing is known."""

    def __missing__(self, _code: str) -> Mapping[str, Bilingual]:
        return {}
