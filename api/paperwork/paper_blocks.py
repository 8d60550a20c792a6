"""Numbered paper through HTTP: reserved in blocks, printed, declared void, and accounted for."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.responses import Response

from api import openapi
from api.body import Body, json_of
from api.dependencies import Asking, Command, Commanding
from api.paperwork import printed_forms
from api.paperwork.paper_block_answers import BlockList, BlockNumbers, BlockShown, PaperVoided
from authz import decisions
from authz.acts import Act
from engine.late_entry import paper_blocks
from engine.late_entry.paper_blocks import BlockEntry, BlockNotFound, VoidEntry

router = APIRouter(tags=["late entry"], prefix="/api")

MAX_DIGITS = 18
_PDF: dict[int | str, dict[str, Any]] = {200: {"content": {"application/pdf": {}}}}


@router.get("/paper-blocks", response_model=BlockList)
def list_blocks(caller: Asking) -> Response:
    """The newest blocks of one's own office and those below, and how many numbers are still out."""
    with caller.reading() as reading:
        return reading.answer({"items": paper_blocks.blocks(reading.session, reading.actor)})


@router.post(
    "/paper-blocks",
    status_code=201,
    response_model=BlockShown,
    openapi_extra=openapi.says(BlockEntry),
)
def reserve(body: Annotated[Body[BlockEntry], json_of(BlockEntry)], caller: Commanding) -> Response:
    """Reserve the next numbers of one's office for a window, before they are needed."""
    with caller.command(body) as command:
        entry = body.checked(lambda: may_reserve(command))
        made = paper_blocks.reserve(command.session, command.actor, entry)
        shown = paper_blocks.block(command.session, command.actor, made.block_id)
        return command.answer({k: said for k, said in shown.items() if k != "numbers"}, 201)


@router.get("/paper-blocks/{block_id}", response_model=BlockNumbers)
def show(block_id: str, caller: Asking) -> Response:
    """A block with what became of each number: used by which case, void and why, or still out."""
    with caller.reading() as reading:
        return reading.answer(paper_blocks.block(reading.session, reading.actor, number(block_id)))


@router.get("/paper-blocks/{block_id}/forms", response_class=Response, responses=_PDF)
def forms(block_id: str, caller: Asking) -> Response:
    """The numbers that are still out as PDF, each a blank form to be filled in and signed by hand."""
    with caller.reading() as reading:
        form = paper_blocks.forms(reading.session, reading.actor, number(block_id))
    return printed_forms.answer(form, f"paper-{block_id}.pdf")


@router.post(
    "/paper-voids",
    status_code=201,
    response_model=PaperVoided,
    openapi_extra=openapi.says(VoidEntry),
)
def void(body: Annotated[Body[VoidEntry], json_of(VoidEntry)], caller: Commanding) -> Response:
    """Declare a number void that no case was entered under."""
    with caller.command(body) as command:
        entry = body.checked(lambda: may_reserve(command))
        made = paper_blocks.void(command.session, command.actor, entry)
        return command.answer({"paper_no": made.paper_no, "state": "void"}, 201)


def number(block_id: str) -> int:
    """The number that an address names. Raises BlockNotFound."""
    if not (block_id.isascii() and block_id.isdecimal()) or len(block_id) > MAX_DIGITS:
        raise BlockNotFound
    return int(block_id)


def may_reserve(command: Command) -> None:
    """Refuse before a form error who keeps no paper."""
    act = Act(paper_blocks.RESERVE, agency=command.actor.agency)
    decisions.require(command.session, command.actor, act)
