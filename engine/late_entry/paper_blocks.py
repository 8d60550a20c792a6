"""Reserving numbered paper, declaring numbers void, and accounting for every one of them.

Source: 宁社保发[2014]24号 二(四) (应急预案: paper acceptance, entered afterwards with both times).
"""

from collections.abc import Container, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from authz import decisions, epoch
from authz.actors import Actor
from authz.acts import Act
from authz.offices import accounts, agencies
from database import clock
from database.clock import moment_text
from database.refusals import Conflict, NotFound
from engine import journal, office_record
from engine.late_entry import paper_record
from engine.late_entry.paper_record import NOTED, PaperBlock, PaperEntry, PaperVoid
from engine.paperwork.document_contents import office_time
from engine.paperwork.printed_forms import PrintedForm

RESERVE, READ = "reserve_papers", "read_papers"
MOST_AT_ONCE, MOST_EVER = 100, 999_999


class BlockEntry(BaseModel):
    """A block to be reserved: for which window, and how many numbers."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    window: str = Field(min_length=1, max_length=20)
    count: int = Field(ge=1, le=MOST_AT_ONCE)


class VoidEntry(BaseModel):
    """A number to be declared void, and why."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    paper_no: str = Field(min_length=1, max_length=40)
    reason: str = Field(min_length=1, max_length=200)


class BlockNotFound(NotFound):
    """There is no such block of numbers, or it is not yours to see."""

    rule = "paper.block_not_found"


class PaperNotReserved(NotFound):
    """Your office has reserved no paper of this number."""

    rule = "paper.not_reserved"


class PaperSpent(Conflict):
    """This number is spent: a case was entered under it, or it is void already."""

    rule = "paper.spent"


class NumbersExhausted(Conflict):
    """Your office has used up its numbers for paper."""

    rule = "paper.exhausted"


def reserve(session: Session, actor: Actor, entry: BlockEntry) -> PaperBlock:
    """Reserve the next numbers of one's office for a window. Raises Forbidden, NumbersExhausted."""
    epoch.hold(session)
    decisions.require(session, actor, Act(RESERVE, agency=actor.agency))
    journal.hold_office(session, actor.agency)
    last = select(func.max(PaperBlock.last_no)).where(PaperBlock.agency_code == actor.agency)
    first = (session.execute(last).scalar_one() or 0) + 1
    if first + entry.count - 1 > MOST_EVER:
        raise NumbersExhausted
    row = {
        "agency_code": actor.agency,
        "window": entry.window,
        "first_no": first,
        "last_no": first + entry.count - 1,
        "reserved_by": actor.account_id,
        "reserved_at": clock.now(session),
    }
    made = session.execute(insert(PaperBlock).returning(PaperBlock), [row]).scalar_one()
    office_record.note(session, actor.agency, "paper_reserved", [made], actor=actor, noted=NOTED)
    return made


def void(session: Session, actor: Actor, entry: VoidEntry) -> PaperVoid:
    """Declare a reserved number void. Raises Forbidden, PaperNotReserved, PaperSpent."""
    epoch.hold(session)
    decisions.require(session, actor, Act(RESERVE, agency=actor.agency))
    journal.hold_office(session, actor.agency)
    if paper_record.block_of(session, entry.paper_no, actor.agency) is None:
        raise PaperNotReserved
    if paper_record.spent(session, entry.paper_no) is not None:
        raise PaperSpent(facts={"paper_no": entry.paper_no})
    row = {
        "paper_no": entry.paper_no,
        "agency_code": actor.agency,
        "reason": entry.reason,
        "voided_by": actor.account_id,
        "voided_at": clock.now(session),
    }
    made = session.execute(insert(PaperVoid).returning(PaperVoid), [row]).scalar_one()
    office_record.note(session, actor.agency, "paper_voided", [made], actor=actor, noted=NOTED)
    return made


def blocks(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """The newest blocks of one's office and those below, with how many numbers are out. Raises Forbidden."""
    decisions.require(session, actor, Act(READ, agency=actor.agency))
    within = agencies.tree(session).within(actor.agency)
    found = (
        session.execute(
            select(PaperBlock)
            .where(PaperBlock.agency_code.in_(within))
            .order_by(PaperBlock.block_id.desc())
            .limit(MOST_AT_ONCE)
        )
        .scalars()
        .all()
    )
    since = min((block.reserved_at for block in found), default=None)
    if since is None:
        return []
    # Nothing was entered or declared void before it was reserved.
    entered = select(PaperEntry.paper_no).where(
        PaperEntry.agency_code.in_(within), PaperEntry.reserved, PaperEntry.entered_at >= since
    )
    voided = select(PaperVoid.paper_no).where(
        PaperVoid.agency_code.in_(within), PaperVoid.voided_at >= since
    )
    used = set(session.execute(entered).scalars())
    void = set(session.execute(voided).scalars())
    by = accounts.staff_nos(session, {block.reserved_by for block in found})
    return [
        _line(block, by[block.reserved_by], [_state(no, used, void) for no in _numbers(block)])
        for block in found
    ]


def block(session: Session, actor: Actor, block_id: int) -> dict[str, Any]:
    """One block with what became of every number. Raises BlockNotFound, Forbidden."""
    found = _get(session, actor, block_id)
    numbers = _accounted(session, found)
    by = str(accounts.identify(session, found.reserved_by)["staff_no"])
    return {**_line(found, by, [line["state"] for line in numbers]), "numbers": numbers}


def forms(session: Session, actor: Actor, block_id: int) -> PrintedForm:
    """The numbers of a block that are still out, each a form to be filled in by hand.

    Raises BlockNotFound, Forbidden.
    """
    found = _get(session, actor, block_id)
    now = clock.now(session)
    agency = agencies.get(session, found.agency_code)
    said = {
        "agency": agency.name,
        "window": found.window,
        "printed_at": office_time(now),
        "numbers": [
            line["paper_no"] for line in _accounted(session, found) if line["state"] == "out"
        ],
    }
    return PrintedForm("paper_form", said, now)


def _get(session: Session, actor: Actor, block_id: int) -> PaperBlock:
    found = session.get(PaperBlock, block_id)
    if found is None or found.agency_code not in agencies.tree(session).within(actor.agency):
        raise BlockNotFound
    decisions.require(session, actor, Act(READ, agency=found.agency_code))
    return found


def _numbers(found: PaperBlock) -> Sequence[str]:
    last = found.last_no + 1
    return [paper_record.number(found.agency_code, no) for no in range(found.first_no, last)]


def _state(no: str, used: Container[str], void: Container[str]) -> str:
    return "used" if no in used else "void" if no in void else "out"


def _accounted(session: Session, found: PaperBlock) -> list[dict[str, Any]]:
    numbers = _numbers(found)
    entered = select(PaperEntry.paper_no, PaperEntry.case_no).where(
        PaperEntry.paper_no.in_(numbers), PaperEntry.reserved
    )
    used = {row.paper_no: row.case_no for row in session.execute(entered)}
    voided = select(PaperVoid).where(PaperVoid.paper_no.in_(numbers))
    void = {row.paper_no: row.reason for row in session.execute(voided).scalars()}
    return [
        {
            "paper_no": no,
            "state": _state(no, used, void),
            "case_no": used.get(no),
            "reason": void.get(no),
        }
        for no in numbers
    ]


def _line(found: PaperBlock, reserved_by: str, states: Sequence[str]) -> dict[str, Any]:
    return {
        "block_id": found.block_id,
        "agency": found.agency_code,
        "window": found.window,
        "first": paper_record.number(found.agency_code, found.first_no),
        "last": paper_record.number(found.agency_code, found.last_no),
        "reserved_by": reserved_by,
        "reserved_at": moment_text(found.reserved_at),
        **{state: states.count(state) for state in ("used", "void", "out")},
    }
