"""The maker's sign-off (经办): given with the acceptance or the correction by whoever holds the right."""

from authz import decisions
from authz.acts import Act
from authz.keys.outside_keys import KeyElsewhere
from engine import handling, progress, subjects
from engine.handling import Handling


def handle_if_permitted(work: Handling) -> None:
    """Run to `handle`; where the acting person holds the right, sign it and run on.

    With a key held elsewhere he signs it as a step of its own: what it covers is known only now.
    """
    run = work.run
    if run is None:
        return
    permit = decisions.may(work.session, work.actor, act(work))
    if permit is not None and not isinstance(work.actor.signer, KeyElsewhere):
        run.advance(progress.no_operation)
        token = next((w.token for w in run.waiting if w.name == "handle"), None)
        if token is not None:
            handling.sign_off(work, "handle", permit, "approve")
            run.complete(token, work.facts("approve"))
    progress.advance(work)


def act(
    work: Handling,
    step: str = "handle",
    *,
    agency: str | None = None,
    lane: str = "",
    signed: tuple[tuple[str, int], ...] = (),
) -> Act:
    """What a maker's step takes: instant right of the post, or a grant for limited business.

    At the case's own agency where no other is said; ``lane`` and ``signed`` are a task's.
    """
    case = work.case
    act = Act(
        step,
        agency=agency or case.agency_code,
        process=case.process,
        handling="limited" if case.risk_level == 1 else "instant",
        category=case.category,
        level=case.risk_level,
        route=case.route,
        amount_cents=case.amount_cents if step == "handle" else 0,
        signed=signed,
        lane=lane,
    )
    return subjects.concern(work.session, work.actor, work.content).of(act)
