"""The archive through HTTP: what is to be filed, volumes and their paper, supplements, search, loans."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from api import cursors, openapi
from api.archiving.archive_answers import (
    FilePage,
    FileWhole,
    FilingDone,
    LoanNoted,
    LoanPage,
    LoanShown,
    VolumePage,
    VolumeWhole,
)
from api.body import Body, Nothing, json_of
from api.dependencies import Asking, Command, Commanding
from authz import decisions
from authz.acts import Act
from engine.archiving import archive_desk, archive_filing, archive_label, archive_loans
from engine.archiving.archive_desk import ArchiveSearch, VolumeNotFound
from engine.archiving.archive_filing import KEEP, FilingRequest, SupplementRequest
from engine.archiving.archive_loans import LoanNotFound, LoanRequest, Which

router = APIRouter(tags=["archive"], prefix="/api/archive")

_WAITING, _SEARCH, _VOLUMES, _LOANS = (
    "archive-waiting",
    "archive-search",
    "archive-volumes",
    "archive-loans",
)
_PDF: dict[int | str, dict[str, Any]] = {200: {"content": {"application/pdf": {}}}}
MAX_DIGITS = 15
Cursor = Annotated[str | None, Query()]


@router.get("/waiting", response_model=FilePage)
def waiting(caller: Asking, cursor: Cursor = None) -> Response:
    """Ended cases of one's own agency that stand in no volume yet, with what each lacks."""
    position = cursors.position(_WAITING, cursor)
    with caller.reading() as reading:
        page = archive_desk.waiting(reading.session, reading.actor, position)
        return reading.answer(cursors.sealed_page(_WAITING, page))


@router.post("/search", response_model=FilePage, openapi_extra=openapi.says(ArchiveSearch))
def search(
    body: Annotated[Body[ArchiveSearch], json_of(ArchiveSearch)],
    caller: Commanding,
    cursor: Cursor = None,
) -> Response:
    """The files of one's agencies that are as asked for: by number, person, employer, business, year."""
    position = cursors.position(_SEARCH, cursor)
    with caller.command(body) as command:
        asked = body.checked(lambda: _may(command, archive_desk.READ))
        page = archive_desk.search(command.session, command.actor, asked, position)
        return command.answer(cursors.sealed_page(_SEARCH, page))


@router.get("/cases/{case_no}", response_model=FileWhole)
def file(case_no: str, caller: Asking) -> Response:
    """One file: its manifest, what was brought afterwards, where it stands, who had it."""
    with caller.reading() as reading:
        return reading.answer(archive_desk.file(reading.session, reading.actor, case_no))


@router.post(
    "/cases/{case_no}/supplements",
    status_code=201,
    response_model=FileWhole,
    openapi_extra=openapi.says(SupplementRequest),
)
def supplement(
    case_no: str,
    body: Annotated[Body[SupplementRequest], json_of(SupplementRequest)],
    caller: Commanding,
) -> Response:
    """Bring a missing piece to a file that isn't filed yet."""
    with caller.command(body) as command:
        asked = body.checked(lambda: _may(command, KEEP))
        archive_filing.supplement(command.session, command.actor, case_no, asked)
        return command.answer(archive_desk.file(command.session, command.actor, case_no), 201)


@router.post(
    "/filings",
    status_code=201,
    response_model=FilingDone,
    openapi_extra=openapi.says(FilingRequest),
)
def file_cases(
    body: Annotated[Body[FilingRequest], json_of(FilingRequest)], caller: Commanding
) -> Response:
    """Put cases into the volumes of their year, category and retention, whole or not at all."""
    with caller.command(body) as command:
        asked = body.checked(lambda: _may(command, KEEP))
        placed = archive_filing.file(command.session, command.actor, asked)
        return command.answer({"filed": placed}, 201)


@router.get("/volumes", response_model=VolumePage)
def volumes(caller: Asking, cursor: Cursor = None) -> Response:
    """The register of volumes (归档登记) of one's agencies, newest first."""
    position = cursors.position(_VOLUMES, cursor)
    with caller.reading() as reading:
        page = archive_desk.volumes(reading.session, reading.actor, position)
        return reading.answer(cursors.sealed_page(_VOLUMES, page))


@router.get("/volumes/{volume_id}", response_model=VolumeWhole)
def volume(volume_id: str, caller: Asking) -> Response:
    """One volume with its files in order (卷内目录)."""
    with caller.reading() as reading:
        found = archive_desk.volume(reading.session, reading.actor, volume_number(volume_id))
        return reading.answer(found)


@router.get("/volumes/{volume_id}/label.pdf", response_class=Response, responses=_PDF)
def label(volume_id: str, caller: Asking) -> Response:
    """The label of a volume's box, and the list of what lies in it."""
    with caller.reading() as reading:
        number = volume_number(volume_id)
        paper = archive_label.of(reading.session, reading.office, reading.actor, number)
    return Response(
        paper.pdf(),
        media_type="application/pdf",
        headers={"content-disposition": f'inline; filename="{paper.number}.pdf"'},
    )


@router.get("/loans", response_model=LoanPage)
def loans(
    caller: Asking, which: Annotated[Which, Query()] = "out", cursor: Cursor = None
) -> Response:
    """The lending and reading log of one's agencies: what is out, overdue, or everything."""
    position = cursors.position(_LOANS, cursor)
    with caller.reading() as reading:
        codes = archive_desk.readable(reading.session, reading.actor)
        page = archive_loans.listing(reading.session, codes, which, position)
        return reading.answer(cursors.sealed_page(_LOANS, page))


@router.post(
    "/loans", status_code=201, response_model=LoanNoted, openapi_extra=openapi.says(LoanRequest)
)
def lend(body: Annotated[Body[LoanRequest], json_of(LoanRequest)], caller: Commanding) -> Response:
    """Note that a file is lent until a day, or read in the archive."""
    with caller.command(body) as command:
        asked = body.checked(lambda: _may(command, KEEP))
        loan_id = archive_loans.lend(command.session, command.actor, asked)
        return command.answer({"loan_id": loan_id}, 201)


@router.post(
    "/loans/{loan_id}/return", response_model=LoanShown, openapi_extra=openapi.says(Nothing)
)
def take_back(
    loan_id: str, body: Annotated[Body[Nothing], json_of(Nothing)], caller: Commanding
) -> Response:
    """Note that a lent file is back."""
    with caller.command(body) as command:
        body.checked(lambda: _may(command, KEEP))
        number = loan_number(loan_id)
        archive_loans.take_back(command.session, command.actor, number)
        return command.answer(archive_loans.one(command.session, number))


def volume_number(text: str) -> int:
    """The key that an address names. Raises VolumeNotFound for what can be none."""
    if not (text.isascii() and text.isdecimal()) or len(text) > MAX_DIGITS:
        raise VolumeNotFound
    return int(text)


def loan_number(text: str) -> int:
    """The key that an address names. Raises LoanNotFound for what can be none."""
    if not (text.isascii() and text.isdecimal()) or len(text) > MAX_DIGITS:
        raise LoanNotFound
    return int(text)


def _may(command: Command, act: str) -> None:
    """Refuse before a form error who has nothing to do with the archive."""
    decisions.require(command.session, command.actor, Act(act, agency=command.actor.agency))
