"""What the page of a case offers about its owner and about questions to superiors, by who reads it."""

from typing import Any

from authz import decisions
from authz.acts import Act
from engine import subjects
from engine.handling import Handling
from engine.ownership import consultations, owned_cases, owners
from engine.record import AGENCY, FINAL_STATUSES


def shown(work: Handling, view: dict[str, Any]) -> dict[str, Any]:
    """Whether he may offer, order or take the case, ask (and whom), or answer what is asked."""
    session, actor, case = work.session, work.actor, work.case
    owner, asked = view["owner"], view["consultations"]
    if case.subject_kind == AGENCY:
        return {"owner_does": {}, "asks": (), "answers": False}
    concern = subjects.concern(session, actor, work.content)
    goes_on = not owned_cases.closed(session, case)

    def may(step: str) -> bool:
        act = Act(step, agency=case.agency_code, category=case.category)
        return decisions.may(session, actor, concern.of(act)) is not None

    waits = next((one for one in asked if one["answer"] is None), None)
    is_open = case.status not in FINAL_STATUSES
    permit = decisions.may(session, actor, consultations.act(work, consultations.ASK))
    asking = permit and is_open and waits is None and consultations.has_a_part(work)
    asks = consultations.above(permit.post) if permit and asking else ()
    offered = owner["offered_to"] or {}
    return {
        "owner_does": {
            "offer": goes_on
            and owner["staff_no"] == actor.staff_no
            and not offered
            and may(owners.HAND_OVER),
            "order": goes_on and may(owners.ORDER),
            "answer": goes_on and offered.get("staff_no") == actor.staff_no,
        },
        "asks": asks,
        "answers": is_open
        and waits is not None
        and waits["asked_by"]["staff_no"] != actor.staff_no
        and may(consultations.ANSWER.format(waits["asked_post"])),
    }
