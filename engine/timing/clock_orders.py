"""Stopping the clocks of a case and letting them go on: by order of somebody who answers for it.

An order names its coded reason and cites what it rests on. Who gives it signs it with his own key, his
password given once more as for a level-1 sign-off; the journal tells of it by the digest of what was signed.
What the case waits for by itself needs no order (``case_clocks``).
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from authz import decisions, epoch
from authz.actors import Actor
from authz.decisions import Permit
from authz.signing_in.passwords import PasswordProof
from database.clock import office_date
from database.refusals import Conflict, Invalid
from engine import applications, handling, maker, signing
from engine.handling import Handling
from engine.office import Office
from engine.record import FINAL_STATUSES
from engine.rules.risk_file import HIGH
from engine.timing import case_clocks, clock_order_record, clock_reasons
from engine.timing.clock_order_record import RESUME, STOP
from engine.timing.clocks import Stop
from engine.withdrawal import CaseFinished

STEP = "stop_clock"


class ClockStopped(Conflict):
    """The clock of this case was stopped by order already: it goes on before it is stopped again."""

    rule = "clock.stopped"


class ClockRuns(Conflict):
    """Nobody ordered the clock of this case to stop: there is nothing to let go on."""

    rule = "clock.runs"


class ClockInstant(Conflict):
    """Instant business ends the same day: its clock is not stopped, and it is given no longer."""

    rule = "clock.instant"


class StopOrder(BaseModel):
    """Why a clock is stopped: the coded reason, and what is cited (a document's number, a provision).

    Nothing of a person's goes into ``basis``: the journal keeps it.
    """

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    reason: str = Field(min_length=1, max_length=40)
    basis: str = Field(min_length=1, max_length=120)


def stop(
    session: Session,
    office: Office,
    actor: Actor,
    case_no: str,
    order: StopOrder,
    *,
    proof: PasswordProof | None,
    recall: bool = False,
) -> Handling:
    """Stop the clocks that this reason may stop.

    The password as for a sign-off (``signing.sign``). Raises Invalid, ClockStopped, ClockInstant,
    CaseFinished, PasswordNeeded, NoSigningKey, and SignatureNeeded where the key is held elsewhere.
    """
    work, permit = opened(session, office, actor, case_no, STEP)
    reason = clock_reasons.STOPS.get(order.reason)
    if reason is None:
        raise _no_reason(order.reason)
    if _ordered(work) is not None:
        raise ClockStopped(facts={"case_no": case_no})
    told = given(work, proof, recall=recall)
    work.case.sequence += 1
    begun = case_clocks.stop(
        work, order.reason, reason.clocks, by=actor.staff_no, basis=order.basis
    )
    work.note(
        "clock_stopped",
        post=permit.post,
        number=begun.number,
        cause=begun.cause,
        clocks=list(begun.clocks),
        basis=begun.basis,
        order=sign(work, permit, STOP, **_said(begun)),
        **told,
    )
    handling.save(work)
    return work


def resume(
    session: Session,
    office: Office,
    actor: Actor,
    case_no: str,
    *,
    proof: PasswordProof | None,
    recall: bool = False,
) -> Handling:
    """Let the clocks go on that an order stopped; the case is due later.

    Raises ClockRuns, and as ``stop``.
    """
    work, permit = opened(session, office, actor, case_no, STEP)
    ended = _ordered(work)
    if ended is None:
        raise ClockRuns(facts={"case_no": case_no})
    told = given(work, proof, recall=recall)
    work.case.sequence += 1
    case_clocks.resume(work, ended)
    work.note(
        "clock_resumed",
        post=permit.post,
        number=ended.number,
        order=sign(work, permit, RESUME, **_said(ended)),
        **case_clocks.told(work),
        **told,
    )
    handling.save(work)
    return work


def given(work: Handling, proof: PasswordProof | None, *, recall: bool) -> dict[str, str]:
    """When the password was given that counts for this order, as the journal tells it.

    Raises PasswordNeeded.
    """
    return {"password_at": signing.password_given(work, proof, recall=recall)}


def sign(work: Handling, permit: Permit, act: str, **said: Any) -> str:
    """Sign an order with the acting person's own key, over what it makes of the case; its digest.

    ``said`` are reason, legal_basis, basis, clocks, and of stop_no and days what the act has.
    """
    actor, draft = work.actor, work.actor.draft
    row = {
        "case_id": work.case.case_id,
        "case_no": work.case.case_no,
        "act": act,
        "stop_no": None,
        "days": None,
        **said,
        "effective_on": office_date(work.now),
        "due_on": work.case.due_on,
        "post": permit.post,
        "agency_code": actor.agency,
        "signer": actor.staff_no,
        "signer_person": actor.person_id,
        "on_behalf_of": permit.on_behalf_of,
        "policy_epoch": permit.epoch,
        "grant": permit.grant,
        "signed_at": draft.signed_at if draft else work.now,
    }
    return clock_order_record.add(work.session, row, handling.signer(actor))


def opened(
    session: Session, office: Office, actor: Actor, case_no: str, step: str
) -> tuple[Handling, Permit]:
    """A limited case that is open, and the permit for something that moves its clocks."""
    epoch.hold(session)
    work = handling.open_case(session, office, actor, case_no)
    permit = decisions.require(session, actor, maker.act(work, step))
    if work.case.status in FINAL_STATUSES:
        raise CaseFinished(facts={"case_no": case_no})
    if work.case.risk_level != HIGH:
        raise ClockInstant(facts={"case_no": case_no})
    return work, permit


def _said(stop: Stop) -> dict[str, Any]:
    """What an order signs of the stop that it begins or ends."""
    return {
        "stop_no": stop.number,
        "clocks": list(stop.clocks),
        "reason": stop.cause,
        "legal_basis": clock_reasons.STOPS[stop.cause].basis.cited,
        "basis": stop.basis,
    }


def _ordered(work: Handling) -> Stop | None:
    """The stop that somebody ordered and that goes on; None where there is none."""
    still = (one for one in case_clocks.stops(work.case) if one.ended_at is None and one.by)
    return next(still, None)


def _no_reason(code: str) -> Invalid:
    if code in clock_reasons.OWN_FAULT:
        text = "is the office's own fault: it stops no clock"
        error = applications.field_error("reason", text, rule="clock.own_fault")
        return Invalid("The office's own fault stops no clock.", errors=[error])
    known = ", ".join(clock_reasons.STOPS)
    error = applications.field_error("reason", f"is one of {known}", rule="clock.reason")
    return Invalid("A clock stops only for a coded reason.", errors=[error])
