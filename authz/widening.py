"""The review of instant business that nobody took, offered wider: its step, and how a sign-off says so.

A client waits at the window; after some minutes the reviewers' stand-ins may review though those are there,
the deputy director may, and the reviewers of the office above. What bars a person from a case bars him here.
Source: design §2.
"""

from datetime import datetime, timedelta
from typing import Any

from authz.absence import absence_rules

STEP, WIDENS = "review_widened", "review"
POST, LEVEL = "reviewer", 2
_PREFIX, _ENTRY = "widened:", "post:{}:widened"
# Whose holders the policy gives the step.
POSTS = (POST, "deputy_director")


def of_task(task: Any) -> datetime | None:
    """From when a task, or a row with its level, step, post and moments, is offered wider; None: never."""
    if (task.risk_level, task.step, task.post) != (
        LEVEL,
        WIDENS,
        POST,
    ) or task.closed_at is not None:
        return None
    return since(task.opened_at)


def since(opened_at: datetime) -> datetime:
    """From when a task that was opened then is offered wider, if nobody claimed it."""
    return opened_at + timedelta(minutes=absence_rules.widen_after_minutes())


def opened_until(now: datetime) -> datetime:
    """When a task must have been opened, at the latest, to be offered wider now."""
    return now - timedelta(minutes=absence_rules.widen_after_minutes())


def reference(post: str) -> str:
    """How a sign-off says for whom it was given by somebody who is no deputy: his own post instead.

    No staff number has a colon.
    """
    return f"{_PREFIX}{post}"


def referred(on_behalf_of: str) -> str | None:
    """The post that a sign-off says it was given from; None where it names a colleague or a naming."""
    post = on_behalf_of.removeprefix(_PREFIX)
    return post if on_behalf_of.startswith(_PREFIX) and post in POSTS else None


def granted(entry: str) -> str | None:
    """The post whose entry in the policy gave a sign-off wider; None of any other entry."""
    return next((post for post in POSTS if entry == _ENTRY.format(post)), None)
