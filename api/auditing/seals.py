"""Seals through HTTP, for auditors: signed checkpoints, and proofs that anyone can check against them."""

from typing import Any

from fastapi import APIRouter
from sqlalchemy import select
from starlette.responses import Response

from api import cursors
from api.auditing.seal_answers import CaseInclusions, Consistency, SealPage, SealShown
from api.dependencies import Asking, Reading
from authz import decisions
from authz.acts import Act
from engine import views
from engine.journal import JournalEntry
from oversight import seal_record, seals
from oversight.seal_record import Seal

router = APIRouter(tags=["audit"])

PAGE = 50
MAX_DIGITS = 15
_LIST = "seals"


@router.get("/api/audit/seals", response_model=SealPage)
def list_seals(caller: Asking, cursor: str | None = None) -> Response:
    """The seals, newest first, a page at a time."""
    position = cursors.position(_LIST, cursor)
    with caller.reading() as reading:
        _may_audit(reading)
        asked = select(Seal).order_by(Seal.seal_no.desc()).limit(PAGE + 1)
        if position is not None:
            asked = asked.where(Seal.seal_no < int(position))
        found = reading.session.execute(asked).scalars().all()
        last = str(found[PAGE - 1].seal_no) if len(found) > PAGE else None
        return reading.answer(
            {
                "items": [seal_record.checkpoint(seal) for seal in found[:PAGE]],
                "next_cursor": cursors.seal(_LIST, last),
            }
        )


@router.get("/api/audit/seals/{seal_no}", response_model=SealShown)
def show_seal(seal_no: str, caller: Asking) -> Response:
    """One seal's signed checkpoint, as the seal file holds it."""
    with caller.reading() as reading:
        _may_audit(reading)
        return reading.answer(seal_record.checkpoint(_seal(reading, seal_no)))


@router.get("/api/audit/seals/{seal_no}/consistency", response_model=Consistency)
def prove_consistency(seal_no: str, caller: Asking, since: str = "1") -> Response:
    """The proof (RFC 9162) that the journal under the seal ``since`` is the beginning of this one's."""
    with caller.reading() as reading:
        _may_audit(reading)
        one, other = _seal(reading, since), _seal(reading, seal_no)
        old, new = sorted((one, other), key=lambda seal: seal.seal_no)
        return reading.answer(
            {
                "since": seal_record.checkpoint(old),
                "seal": seal_record.checkpoint(new),
                "path": seals.consistency(reading.session, old, new),
            }
        )


@router.get("/api/cases/{case_no}/inclusion", response_model=CaseInclusions)
def prove_inclusion(case_no: str, caller: Asking) -> Response:
    """The proof (RFC 9162) that each sealed journal entry of a case is under the newest seal."""
    with caller.reading() as reading:
        _may_audit(reading)
        case = views.visible_case(reading.session, reading.actor, case_no)
        under = seals.latest(reading.session)
        if under is None:
            raise seals.NotSealed
        entries = reading.session.execute(
            select(JournalEntry.entry_id, JournalEntry.seq)
            .where(
                JournalEntry.stream == case.case_no, JournalEntry.entry_id <= under.last_entry_id
            )
            .order_by(JournalEntry.seq)
        ).all()
        items = []
        for entry_id, seq in entries:
            proof = seals.inclusion(reading.session, entry_id, under.seal_no)
            items.append(_shown(seq, proof))
        return reading.answer({"seal": seal_record.checkpoint(under), "items": items})


def _shown(seq: int, proof: seals.Inclusion) -> dict[str, Any]:
    return {
        "seq": seq,
        "digest": proof.entry_digest,
        "place": proof.place,
        "path": proof.path,
    }


def _seal(reading: Reading, seal_no: str) -> Seal:
    if not (seal_no.isascii() and seal_no.isdecimal()) or len(seal_no) > MAX_DIGITS:
        raise seals.SealNotFound
    return seals.get(reading.session, int(seal_no))


def _may_audit(reading: Reading) -> None:
    """Refuse whose post doesn't audit."""
    decisions.require(
        reading.session, reading.actor, Act("read_seals", agency=reading.actor.agency)
    )
