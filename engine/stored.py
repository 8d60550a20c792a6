"""The rows of a case as a command reads them under lock and writes them back.

What is read are plain objects, of which the session knows nothing: a command's changes are written by these
functions and by nothing else.
"""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from database import keys
from database.declarative import table_of
from database.prepared import Prepared
from database.refusals import InvariantBroken
from engine import signoffs
from engine.ownership import consultation_record
from engine.record import Case, CaseContent, CaseState, Task
from engine.signoffs import Given

_CASES, _CONTENTS = table_of(Case), table_of(CaseContent)
_STATES, _TASKS = table_of(CaseState), table_of(Task)
_CASE_COLUMNS = tuple(_CASES.columns.keys())
# What a command may change of a case; the rest stays as it was accepted. Apart what indexes hold and triggers
# look at: for a statement that sets it to what it was the database does all of that again.
_STANDING = ("status", "risk_level", "cycle", "due_on", "finished_at")
_GOING_ON = (
    "route", "risk_reasons", "meeting_required", "amount_cents", "sequence", "handled_by",
    "handled_post", "deadline", "last_sign_off", "sign_off_count", "journal_seq", "journal_head",
    "ending_reason",
)  # fmt: skip
_AS_READ = "cases_as_read"
_standing: Callable[[Case], tuple[Any, ...]] = attrgetter(*_STANDING)
_INSERT_CASE = Prepared(insert(_CASES))
_UPDATE_CASE = Prepared(update(_CASES).where(_CASES.c.case_id == bindparam("of_case")))
_INSERT_STATE = Prepared(insert(_STATES))
_UPDATE_STATE = Prepared(update(_STATES).where(_STATES.c.case_id == bindparam("of_case")))
_DELETE_STATE = Prepared(delete(_STATES).where(_STATES.c.case_id == bindparam("of_case")))
_UPDATE_TASK = Prepared(update(_TASKS).where(_TASKS.c.task_id == bindparam("this_task")))
_OPEN_TASKS = Prepared(
    select(_TASKS)
    .where(_TASKS.c.case_id == bindparam("of_case"), _TASKS.c.closed_at.is_(None))
    .order_by(_TASKS.c.opened_seq)
)


class Rows(NamedTuple):
    """A case under lock, with what it says in its present cycle, its waiting tasks and its sign-offs.

    ``position`` has its ``state``, ``mac`` and ``sequence``; ``state`` is None where it has none.
    ``asked_post`` is whom a question about the case waits for, if one does.
    """

    case: Case
    content: CaseContent
    position: Any
    tasks: list[Task]
    signed: Sequence[Given]
    asked_post: str | None


class _Opening:
    """The queries for one case, told by a condition on its row with one parameter, ``key``.

    None of them needs what another finds, so they go to the database together.
    """

    def __init__(self, this: ColumnElement[bool]) -> None:
        cycle = (_CONTENTS.c.case_id == _CASES.c.case_id) & (_CONTENTS.c.cycle == _CASES.c.cycle)
        self._lock = Prepared(select(_CASES).where(this).with_for_update())
        self._content = Prepared(
            select(
                _CONTENTS,
                _STATES.c.state,
                _STATES.c.mac,
                _STATES.c.sequence,
                # Read once the case is locked, as whoever asks does: it holds until the command ends.
                consultation_record.ASKING.label("asked_post"),
            )
            .join(_CASES, cycle)
            .outerjoin(_STATES, _STATES.c.case_id == _CASES.c.case_id)
            .where(this)
        )
        self._tasks = Prepared(
            select(_TASKS)
            .join(_CASES, _TASKS.c.case_id == _CASES.c.case_id)
            .where(this, _TASKS.c.closed_at.is_(None))
            .order_by(_TASKS.c.opened_seq)
        )
        self._signed = Prepared(signoffs.in_present_cycle(this))

    def read(self, session: Session, key: str) -> Rows | None:
        """The rows; None where there is no such case."""
        asked = {"key": key}
        for query in (self._content, self._tasks, self._signed):
            query.ahead(session, asked)
        case = next(iter(self._lock.records(session, Case, asked)), None)
        if case is None:
            return None
        session.info.setdefault(_AS_READ, {})[case.case_id] = _standing(case)
        # The content's columns, and with them those of the position.
        said: Any = next(iter(self._content.records(session, CaseContent, asked)), None)
        if said is None:
            raise InvariantBroken(f"case {case.case_no} has no content in cycle {case.cycle}")
        return Rows(
            case,
            content=said,
            position=said,
            tasks=self._tasks.records(session, Task, asked),
            signed=self._signed.all(session, asked),
            asked_post=said.asked_post,
        )


_BY_NUMBER = _Opening(_CASES.c.case_no == bindparam("key"))
_BY_TASK = _Opening(
    _CASES.c.case_id
    == select(_TASKS.c.case_id).where(_TASKS.c.task_id == bindparam("key")).scalar_subquery()
)


def lock(session: Session, case_no: str) -> Rows | None:
    """A case under lock; None where there is none."""
    return _BY_NUMBER.read(session, case_no)


def lock_of_task(session: Session, task_id: str) -> Rows | None:
    """The case a task belongs to, under lock; None where there is none."""
    return _BY_TASK.read(session, task_id)


def open_tasks(session: Session, case_id: int) -> list[Task]:
    """The waiting tasks of a case."""
    return _OPEN_TASKS.records(session, Task, {"of_case": case_id})


def add_case(session: Session, case: Case) -> None:
    """Insert the row of a case as it stands."""
    _INSERT_CASE.write(session, {name: getattr(case, name) for name in _CASE_COLUMNS})


def save_case(session: Session, case: Case) -> None:
    """Write all that a command may change of a case, of its standing only what differs from what was read."""
    read = session.info.get(_AS_READ, {}).get(case.case_id)
    if read == _standing(case):
        _update(session, case, _GOING_ON)
        return
    if read is not None:
        # What is there from now on is not what was read; a savepoint may yet take it back.
        del session.info[_AS_READ][case.case_id]
    _update(session, case, _STANDING + _GOING_ON)


def save_journal_end(session: Session, case: Case) -> None:
    """Write where the case's journal ends: for a command that changes nothing else of it."""
    _update(session, case, ("journal_seq", "journal_head"))


def save_turn(session: Session, case: Case) -> None:
    """Write whether a case goes in its turn."""
    _update(session, case, ("in_turn",))


def _update(session: Session, case: Case, names: tuple[str, ...]) -> None:
    values = {name: getattr(case, name) for name in names}
    _UPDATE_CASE.write(session, {"of_case": case.case_id, **values})


def add_position(session: Session, case: Case, state: bytes) -> None:
    """Keep where a new case stands in its diagram."""
    _INSERT_STATE.write(session, {"case_id": case.case_id, **_position(case, state)})


def save_position(session: Session, case: Case, state: bytes) -> None:
    """Keep where a case stands now."""
    _UPDATE_STATE.write(session, {"of_case": case.case_id, **_position(case, state)})


def drop_position(session: Session, case: Case) -> None:
    """Forget where a case stood: it has ended."""
    _DELETE_STATE.write(session, {"of_case": case.case_id})


def save_task(session: Session, task: Task) -> None:
    """Write who holds a task, who closed it and when, until when it should be done, and how it is ordered."""
    values = {
        "due_on": task.due_on,
        "this_task": task.task_id,
        "claimed_by": task.claimed_by,
        "claimed_at": task.claimed_at,
        "closed_at": task.closed_at,
        "closed_by": task.closed_by,
        "risk_level": task.risk_level,
        "in_turn": task.in_turn,
        "stopped": task.stopped,
        "halted": task.halted,
    }
    _UPDATE_TASK.write(session, values)


def state_mac(case_no: str, sequence: int, definition: str, state: bytes) -> bytes:
    """The keyed checksum that binds a stored state to its case, its moment and its definition."""
    return keys.current().mac(
        "case-state",
        b"\0".join([case_no.encode(), str(sequence).encode(), definition.encode(), state]),
    )


def _position(case: Case, state: bytes) -> Mapping[str, Any]:
    return {
        "sequence": case.sequence,
        "state": state,
        "mac": state_mac(case.case_no, case.sequence, case.definition, state),
    }
