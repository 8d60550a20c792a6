"""Stopping the clocks of a case and letting them go on: by order of somebody who answers for it.

An order names its coded reason and cites what it rests on; the journal keeps both with who gave it. What the
case waits for by itself needs no order (``case_clocks``).
"""

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from authz import decisions, epoch
from authz.actors import Actor
from authz.decisions import Permit
from database.refusals import Conflict, Invalid
from engine import applications, handling, maker
from engine.handling import Handling
from engine.office import Office
from engine.record import FINAL_STATUSES
from engine.rules.risk_file import HIGH
from engine.timing import case_clocks, clock_reasons
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
    session: Session, office: Office, actor: Actor, case_no: str, order: StopOrder
) -> Handling:
    """Stop the clocks that this reason may stop. Raises Invalid, ClockStopped, ClockInstant, CaseFinished."""
    work, permit = opened(session, office, actor, case_no, STEP)
    reason = clock_reasons.STOPS.get(order.reason)
    if reason is None:
        raise _no_reason(order.reason)
    if _ordered(work) is not None:
        raise ClockStopped(facts={"case_no": case_no})
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
    )
    handling.save(work)
    return work


def resume(session: Session, office: Office, actor: Actor, case_no: str) -> Handling:
    """Let the clocks go on that an order stopped; the case is due later. Raises ClockRuns, CaseFinished."""
    work, permit = opened(session, office, actor, case_no, STEP)
    ended = _ordered(work)
    if ended is None:
        raise ClockRuns(facts={"case_no": case_no})
    work.case.sequence += 1
    case_clocks.resume(work, ended)
    work.note("clock_resumed", post=permit.post, number=ended.number, **case_clocks.told(work))
    handling.save(work)
    return work


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
