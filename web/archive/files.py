"""Files and volumes on the archivist's desk: what is to be filed, what a file lacks, where it stands."""

from collections.abc import Mapping
from io import BytesIO
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from api import cursors
from api.archiving import archive as api_archive
from api.dependencies import Asking, Command, Commanding
from authz import decisions
from authz.acts import Act
from database import clock
from database.refusals import Invalid
from engine import applications
from engine.archiving import archive_desk, archive_filing
from engine.archiving.archive_desk import ArchiveSearch
from engine.archiving.archive_filing import KEEP, FilingRequest, SupplementRequest
from engine.scans import files as scans
from web import commands, pages, tokens
from web.archive import showing
from web.archive.showing import ARCHIVE
from web.forms import Sent, sent_form
from web.texts import mark

M = TypeVar("M", bound=BaseModel)

router = APIRouter(include_in_schema=False)

SentForm = Annotated[Sent, sent_form()]
VOLUMES, SEARCH = f"{ARCHIVE}/volumes", f"{ARCHIVE}/search"
_WAITING, _VOLUMES = "archive-waiting", "archive-volumes"
KINDS: Mapping[str, str] = {
    "application": mark("Application"),
    "approval": mark("Approval form with its sign-offs"),
    "consultation": mark("Superior's answer to a question"),
    "material": mark("Material"),
    "signed_form": mark("Form signed by hand"),
    "document": mark("Document issued"),
    "reference": mark("File of the case it corrects"),
}
REFERENCES: Mapping[str, str] = {
    "corrects": mark("Corrects the case"),
    "corrected_by": mark("Corrected by the case"),
}
FORMS: Mapping[str, str] = {
    "original": mark("original"),
    "copy": mark("copy"),
    "scan": mark("scan"),
    "signature": mark("signature"),
}


@router.get(ARCHIVE)
def waiting(request: Request, caller: Asking) -> Response:
    """Ended cases that stand in no volume yet."""
    position = cursors.position(_WAITING, request.query_params.get("cursor"))
    with caller.reading() as reading:
        found = archive_desk.waiting(reading.session, reading.actor, position)
        sealed = cursors.sealed_page(_WAITING, found)
        return showing.page(request, "waiting", reading, first=position is None, **sealed)


@router.post(f"{ARCHIVE}/filings")
def file_cases(request: Request, caller: Commanding, sent: SentForm) -> Response:
    """File the cases that were ticked: the page has the newest first, a volume the oldest."""
    with commands.command(request, caller, sent) as command:
        _require(command)
        picked = [
            {"case_no": case_no, "pages": whole(sent.text(f"pages.{case_no}"))}
            for case_no in reversed(sent.all("case"))
        ]
        asked = checked(FilingRequest, {"cases": picked})
        placed = archive_filing.file(command.session, command.actor, asked)
        return pages.done(command, request, f"{VOLUMES}/{placed[-1]['volume_id']}")


@router.get(ARCHIVE + "/cases/{case_no}")
def file(case_no: str, request: Request, caller: Asking) -> Response:
    """One file: what it consists of, what was brought afterwards, who had it."""
    with caller.reading() as reading:
        found = archive_desk.file(reading.session, reading.actor, case_no)
        today = clock.today(reading.session).isoformat()
        return showing.page(
            request,
            "file",
            reading,
            file=found,
            kinds=KINDS,
            forms_of=FORMS,
            references=REFERENCES,
            today=today,
        )


@router.post(ARCHIVE + "/cases/{case_no}/supplements")
def supplement(case_no: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Bring a missing piece: its scan, or without one the paper in the folder."""
    content = sent.content("file")
    with caller.reading() as reading:
        tokens.require(request, sent.token, reading.actor.account_id)
        decisions.require(reading.session, reading.actor, Act(KEEP, agency=reading.actor.agency))
    # Written before the transaction, as every scan is: others wait for locks.
    scan = scans.put(caller.office.scans, BytesIO(content)) if content else None
    with commands.command(request, caller, sent) as command:
        _require(command)
        said: dict[str, Any] = {"code": sent.text("code"), "reason": sent.text("reason")}
        said |= {"form": "paper" if scan is None else "scan"}
        if scan is not None:
            actor = command.actor
            name = f"{case_no} {said['code']}"
            said["file"] = scans.keep(command.session, actor.account_id, actor.agency, scan, name)
        asked = checked(SupplementRequest, said)
        archive_filing.supplement(command.session, command.actor, case_no, asked)
        return pages.done(command, request, f"{ARCHIVE}/cases/{case_no}")


@router.get(VOLUMES)
def volumes(request: Request, caller: Asking) -> Response:
    """The register of volumes, newest first."""
    position = cursors.position(_VOLUMES, request.query_params.get("cursor"))
    with caller.reading() as reading:
        found = archive_desk.volumes(reading.session, reading.actor, position)
        sealed = cursors.sealed_page(_VOLUMES, found)
        return showing.page(request, "volumes", reading, first=position is None, **sealed)


@router.get(VOLUMES + "/{volume_id}")
def volume(volume_id: str, request: Request, caller: Asking) -> Response:
    """One volume with its files in order."""
    with caller.reading() as reading:
        number = api_archive.volume_number(volume_id)
        found = archive_desk.volume(reading.session, reading.actor, number)
        return showing.page(request, "volume", reading, volume=found)


@router.get(SEARCH)
def ask(request: Request, caller: Asking) -> Response:
    """The form for what is known of a file."""
    with caller.reading() as reading:
        archive_desk.readable(reading.session, reading.actor)
        return showing.page(request, "search", reading, items=None, sought={}, more=False)


@router.post(SEARCH)
def search(request: Request, caller: Asking, sent: SentForm) -> Response:
    """The files that are as asked for; a number of a person stands in no address."""
    with caller.reading() as reading:
        tokens.require(request, sent.token, reading.actor.account_id)
        archive_desk.readable(reading.session, reading.actor)
        number = sent.text("number").upper()
        said: dict[str, Any] = {
            "case_no": sent.text("case_no") or None,
            "process": sent.text("process") or None,
            "year": whole(sent.text("year")),
        }
        # An employer's code begins with 9, which no district of a person's number does.
        said |= {"uscc" if number.startswith("9") else "id_no": number or None}
        asked = checked(ArchiveSearch, said)
        found = archive_desk.search(reading.session, reading.actor, asked)
        more = found["next_cursor"] is not None
        return showing.page(
            request, "search", reading, items=found["items"], sought=said, more=more
        )


def checked(model: type[M], said: Mapping[str, Any]) -> M:
    """A page's form as the use case takes it. Raises Invalid naming every wrong field."""
    try:
        return model.model_validate(said)
    except ValidationError as wrong:
        errors = applications.field_errors(wrong)
        raise Invalid("Some fields don't fit; each says why.", errors=errors) from None


def whole(text: str) -> int | None:
    """A whole number as it was typed; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= len("9999") else None


def _require(command: Command) -> None:
    decisions.require(command.session, command.actor, Act(KEEP, agency=command.actor.agency))
