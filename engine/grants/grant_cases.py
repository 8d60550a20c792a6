"""Applying for a grant: a case on the route ``registration``, about an agency; nobody waits at a window.

Source: 业务权限授权登记制度, 陕社保发[2016]27号 §10.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from authz import epoch
from authz.actors import Actor
from authz.granting import grants
from authz.granting.grant_entry import GrantEntry
from database.declarative import table_of
from database.prepared import Prepared
from engine import offered, register_cases
from engine.grants import grant_entries
from engine.handling import Handling
from engine.office import Office
from engine.record import Case, Task
from engine.rules.risk_file import REGISTERING, REGISTRATION

_CASES, _TASKS = table_of(Case), table_of(Task)
_REGISTERING = Prepared(
    select(_TASKS.c.task_id)
    .join(_CASES, _CASES.c.case_id == _TASKS.c.case_id)
    .where(
        _TASKS.c.task_id == bindparam("task_id"),
        _TASKS.c.step == REGISTERING["city_head"],
        _CASES.c.route == REGISTRATION,
    )
)


def apply(session: Session, office: Office, actor: Actor, entry: GrantEntry) -> Handling:
    """Apply for a grant; who applies signs the first step in the same request.

    A first day that is over is no fault: it begins at its approval. Raises as ``grants.apply`` does,
    UnknownProcess and ProcessRetired.
    """
    epoch.hold(session)
    if entry.process is not None:
        offered.process(session, office, actor, entry.process)
    permit = grants.apply(session, actor, entry)
    return register_cases.begin(
        session, office, actor, permit, (grant_entries.CODE, said(entry)), entry.agency
    )


def alters_authority(task_id: str) -> Callable[[Session], bool]:
    """Whether signing a task may enter a grant or a rule, for the edge: it then holds the epoch alone.

    Asked before anything else of the transaction, and on PostgreSQL only: SQLite has one writer anyway.
    """

    def asked(session: Session) -> bool:
        if session.connection().dialect.name != "postgresql":
            return False
        found = _REGISTERING.first(session, {"task_id": task_id})
        return found is not None

    return asked


def check_again(work: Handling, entry: GrantEntry) -> None:
    """What ``apply`` asks, of an entry that corrects another; raises as it does."""
    if entry.process is not None:
        offered.process(work.session, work.office, work.actor, entry.process)
    grants.apply(work.session, work.actor, entry)


def said(entry: GrantEntry) -> dict[str, Any]:
    """An entry in the words of the form."""
    return entry.model_dump(mode="json")
