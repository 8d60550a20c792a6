"""The clocks of a stored case: where they stand still, and its due day counted again when that changes.

While nobody at the office can act, because the case waits for materials, for another agency or for the end
of a publicity, the promised clock stands still by itself; the law's doesn't. A case that went back for a
reason of the office's own (a bad scan, a wrong entry) waits for the office, so nothing stops.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from engine import stored
from engine.bpmn import Waiting
from engine.defining.definition import Definition
from engine.handling import Handling
from engine.record import Case
from engine.rules.risk_file import HIGH
from engine.timing import clock_states
from engine.timing.clocks import PROMISED, Stop, Terms, stop_of

AWAITING = "awaiting_materials"
CORRECT = "correct"


def terms(case: Case, definition: Definition, level: int | None = None) -> Terms:
    """What a case's clocks are counted by; ``level`` is what it would be of, where that is asked."""
    return Terms(
        received_at=case.received_at,
        # What was accepted on paper is entered later: its time has run since the client came.
        accepted_at=case.received_at if case.paper_no else case.accepted_at,
        instant=(level or case.risk_level) != HIGH,
        limit=definition.guide.time_limit,
        stops=stops(case),
        extended_days=case.deadline.get("extended_days", 0),
    )


def stops(case: Case) -> tuple[Stop, ...]:
    """Where clocks of a case stood still, or do, in the order in which they stopped."""
    return tuple(map(stop_of, case.deadline.get("stops", ())))


def standing(case: Case, clock: str) -> Stop | None:
    """The latest stop of a clock that hasn't ended; None where it runs."""
    still = (stop for stop in reversed(stops(case)) if stop.ended_at is None)
    return next((stop for stop in still if clock in stop.clocks), None)


def align(work: Handling, waiting: Collection[Waiting]) -> None:
    """Stop the promised clock where the case has begun to wait, and let it go on where it waits no more."""
    cause = _cause(work, waiting)
    before = next((stop for stop in stops(work.case) if _by_itself(stop)), None)
    if (before and before.cause) == cause:
        return
    if before is not None:
        resume(work, before)
        work.note_automatic("clock_resumed", number=before.number, **told(work))
    if cause is not None:
        begun = stop(work, cause, (PROMISED,))
        work.note_automatic(
            "clock_stopped", number=begun.number, cause=cause, clocks=list(begun.clocks)
        )


def stop(
    work: Handling, cause: str, clocks: Sequence[str], *, by: str | None = None, basis: str = ""
) -> Stop:
    """Let clocks of a case stand still from now on; when it is due is counted again as they go on."""
    listed = stops(work.case)
    begun = Stop(len(listed) + 1, cause, tuple(clocks), work.now, None, by, basis)
    _keep(work, (*listed, begun))
    return begun


def resume(work: Handling, ended: Stop) -> None:
    """Let a stop end now."""
    now, listed = work.now, stops(work.case)
    _keep(work, [replace(one, ended_at=now) if one == ended else one for one in listed])


def extend(work: Handling, days: int) -> None:
    """Lengthen the clocks of a case by so many of their days."""
    case = work.case
    _count(work, replace(terms(case, work.definition), extended_days=days))


def count_again(work: Handling) -> None:
    """Work out when a case is due by what it is now."""
    _count(work, terms(work.case, work.definition))


def told(work: Handling) -> dict[str, str]:
    """What the journal tells of a new due day: the day, and which calendar it was counted with."""
    return {
        "due_on": work.case.due_on.isoformat(),
        "calendar": work.case.deadline["calendar"],
    }


def _keep(work: Handling, listed: Sequence[Stop]) -> None:
    _count(work, replace(terms(work.case, work.definition), stops=tuple(listed)))


def _count(work: Handling, counted: Terms) -> None:
    deadline = counted.deadline()
    work.case.due_on, work.case.deadline = deadline.due_on, dict(deadline.derivation)
    tell_tasks(work)


def holding(case: Case) -> dict[str, Any]:
    """What its waiting tasks repeat of a case's clocks: ``due_on``, ``stopped`` and ``halted``.

    The day that holds is the nearest of the clocks that run: while the promised one stands still the case is
    near its day, or past it, by the law's. Where none runs it is the day the case was told.
    """
    still = {clock for stop in stops(case) if stop.ended_at is None for clock in stop.clocks}
    counted = clock_states.counted(case)
    runs = [
        date.fromisoformat(said["due_on"]) for name, said in counted.items() if name not in still
    ]
    return {
        "due_on": min(runs, default=case.due_on),
        "stopped": bool(still),
        "halted": not runs,
    }


def tell_tasks(work: Handling) -> None:
    """Let the waiting tasks repeat what queues are ordered and counted by."""
    case = work.case
    said = {**holding(case), "risk_level": case.risk_level, "in_turn": case.in_turn}
    for task in work.tasks:
        if task.closed_at is None and any(getattr(task, name) != said[name] for name in said):
            for name, value in said.items():
                setattr(task, name, value)
            stored.save_task(work.session, task)


def _by_itself(stop: Stop) -> bool:
    return stop.by is None and stop.ended_at is None


def _cause(work: Handling, waiting: Collection[Waiting]) -> str | None:
    """What the case waits for so that nobody at the office can act; None where somebody can."""
    steps = {entry.name for entry in waiting if entry.kind == "task"}
    if steps:
        return AWAITING if steps == {CORRECT} and work.content.missing else None
    outside = sorted(f"{entry.kind}:{entry.name}" for entry in waiting)
    # Where a publicity and an objection to it are awaited at once, it is the publicity that must end.
    return next(reversed(outside), None)
