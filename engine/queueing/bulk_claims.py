"""Claiming many tasks at once, each for itself: what stands in one row's way stops no other.

There is nothing of the kind for signing: each case is opened and signed by itself.
"""

from collections.abc import Collection
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from authz.actors import Actor
from database.refusals import Forbidden, Refusal
from engine import journal
from engine.office import Office
from engine.queueing import claims, queues

MOST = 100
ACT = "bulk_claim"


class BulkClaim(BaseModel):
    """The tasks to be claimed."""

    model_config = ConfigDict(strict=True, extra="forbid")

    tasks: list[str] = Field(min_length=1, max_length=MOST)


def claim(
    session: Session, office: Office, actor: Actor, task_ids: Collection[str]
) -> list[dict[str, Any]]:
    """For every task whether it is now the actor's, and else which rule refused it, in the order asked.

    A denied attempt is journalled as it is when asked for alone.
    """
    # In one order for everybody: two who claim the same rows never wait for each other.
    found = {
        task_id: _claimed(session, office, actor, task_id) for task_id in sorted(set(task_ids))
    }
    return [found[task_id] for task_id in dict.fromkeys(task_ids)]


def _claimed(session: Session, office: Office, actor: Actor, task_id: str) -> dict[str, Any]:
    try:
        work, _ = claims.claim(session, office, actor, task_id)
    except Refusal as refusal:
        case_no = queues.case_of(session, task_id)
        if isinstance(refusal, Forbidden):
            journal.record_refusal(session, actor, refusal, case_no=case_no, action=ACT)
        return {
            "task_id": task_id,
            "case_no": refusal.facts.get("case_no"),
            "claimed": False,
            "rule": refusal.rule,
        }
    return {"task_id": task_id, "case_no": work.case.case_no, "claimed": True, "rule": None}
