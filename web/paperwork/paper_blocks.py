"""The pages of numbered paper (离线受理单): blocks, what became of each number, printing and voiding."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.body import Body
from api.dependencies import Asking, Commanding, Reading
from api.paperwork import paper_blocks as api_paper_blocks
from authz import decisions
from authz.acts import Act
from engine.late_entry import paper_blocks
from engine.late_entry.paper_blocks import BlockEntry, VoidEntry
from web import commands, pages
from web.forms import Sent, sent_form

router = APIRouter(include_in_schema=False)

PAGE = "/papers"
MAX_DIGITS = 4
SentForm = Annotated[Sent, sent_form()]


@router.get(PAGE)
def show_all(request: Request, caller: Asking) -> Response:
    """The newest blocks, and for a supervisor the form of a new one."""
    with caller.reading() as reading:
        found = paper_blocks.blocks(reading.session, reading.actor)
        return pages.page(
            request, "paper_blocks/list.html", reading, blocks=found, may_reserve=_may(reading)
        )


@router.post(PAGE)
def reserve(request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Reserve a block and show it."""
    count = sent.text("count")
    given: dict[str, Any] = {"window": sent.text("window"), "count": count}
    if count.isascii() and count.isdecimal() and len(count) <= MAX_DIGITS:
        given["count"] = int(count)
    with commands.command(request, caller, sent) as command:
        entry = Body(BlockEntry, given).checked(lambda: api_paper_blocks.may_reserve(command))
        made = paper_blocks.reserve(command.session, command.actor, entry)
        return pages.done(command, request, f"{PAGE}/{made.block_id}")


@router.get(PAGE + "/{block_id}")
def show(block_id: str, request: Request, caller: Asking) -> Response:
    """A block with every number."""
    with caller.reading() as reading:
        found = paper_blocks.block(
            reading.session, reading.actor, api_paper_blocks.number(block_id)
        )
        mine = found["agency"] == reading.actor.agency and _may(reading)
        return pages.page(request, "paper_blocks/block.html", reading, block=found, may_void=mine)


@router.post(PAGE + "/{block_id}/void")
def void(block_id: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Declare a number void and show its block again."""
    given = {name: sent.text(name) for name in ("paper_no", "reason")}
    with commands.command(request, caller, sent) as command:
        entry = Body(VoidEntry, given).checked(lambda: api_paper_blocks.may_reserve(command))
        paper_blocks.void(command.session, command.actor, entry)
        return pages.done(command, request, f"{PAGE}/{api_paper_blocks.number(block_id)}")


def _may(reading: Reading) -> bool:
    act = Act(paper_blocks.RESERVE, agency=reading.actor.agency)
    return decisions.may(reading.session, reading.actor, act) is not None
