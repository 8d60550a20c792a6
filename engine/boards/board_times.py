"""How long people wait and work takes: the median and what nine of ten stay below, by process and step.

Nearest rank: a figure is always one that really happened, the same on both databases.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, select
from sqlalchemy.orm import Session

from database.declarative import table_of
from engine.boards.board_scope import CASES, Scope, seconds
from engine.record import Task

WHOLE = "whole"
_TASKS = table_of(Task)
_Key = tuple[str, str]


def times(session: Session, scope: Scope) -> list[dict[str, Any]]:
    """Each step of each process that ended in the thirty days, in seconds of the calendar, nights included.

    ``waited`` runs until a step was claimed, or, never claimed, until it ended; ``handled`` from the claim
    to its end. ``whole`` is no step: the completed case, from the time it was received. ``day`` and ``days``
    are the day and the thirty days; None where nothing was measured.
    """
    found: dict[_Key, dict[str, Any]] = {}
    for span in ("day", "days"):
        for kind, measured in _measures(session, scope, span).items():
            for key, figures in _ranked(session, measured):
                line = found.setdefault(key, _empty())
                line[span][kind] = figures
    return [
        {"process": process, "step": step, **figures}
        for (process, step), figures in sorted(found.items(), key=_place)
    ]


def _measures(session: Session, scope: Scope, span: str) -> dict[str, Select[Any]]:
    """What is measured, as rows of process, step and seconds."""
    ended, claimed, opened = (
        seconds(session, column)
        for column in (_TASKS.c.closed_at, _TASKS.c.claimed_at, _TASKS.c.opened_at)
    )
    taken = func.coalesce(claimed, ended)
    within = _within(scope, span, _TASKS.c.closed_at)
    steps = (_TASKS.c.agency_code == scope.agency) & within & scope.served()
    return {
        "waited": _steps(taken - opened, steps),
        "handled": _steps(ended - claimed, steps & _TASKS.c.claimed_at.is_not(None)),
        "lasted": select(
            CASES.c.process.label("process"),
            literal(WHOLE).label("step"),
            (seconds(session, CASES.c.finished_at) - seconds(session, CASES.c.received_at)).label(
                "taken"
            ),
        ).where(
            scope.business(),
            CASES.c.status == "completed",
            _within(scope, span, CASES.c.finished_at),
        ),
    }


def _steps(taken: ColumnElement[Any], wanted: ColumnElement[bool]) -> Select[Any]:
    return (
        select(CASES.c.process.label("process"), _TASKS.c.step.label("step"), taken.label("taken"))
        .join(CASES, CASES.c.case_id == _TASKS.c.case_id)
        .where(wanted)
    )


def _within(scope: Scope, span: str, moment: ColumnElement[Any]) -> ColumnElement[bool]:
    return scope.of_day(moment) if span == "day" else scope.of_days(moment)


def _ranked(session: Session, measured: Select[Any]) -> Iterable[tuple[_Key, dict[str, int]]]:
    rows = measured.subquery()
    by = [rows.c.process, rows.c.step]
    ordered = select(
        *by,
        rows.c.taken,
        func.row_number().over(partition_by=by, order_by=rows.c.taken).label("rank"),
        func.count().over(partition_by=by).label("count"),
    ).subquery()
    every = ordered.c.count
    half, most = (every + 1) // 2, (every * 9 + 9) // 10
    picked = select(
        ordered.c.process,
        ordered.c.step,
        func.max(every),
        func.max(case((ordered.c.rank == half, ordered.c.taken))),
        func.max(case((ordered.c.rank == most, ordered.c.taken))),
    ).group_by(ordered.c.process, ordered.c.step)
    for process, step, count, median, ninth in session.execute(picked):
        said = {"count": count, "median_seconds": int(median), "p90_seconds": int(ninth)}
        yield (process, step), said


def _empty() -> dict[str, Any]:
    return {span: {"waited": None, "handled": None, "lasted": None} for span in ("day", "days")}


def _place(found: tuple[_Key, Any]) -> tuple[str, bool, str]:
    """Process by process, the whole before its steps."""
    (process, step), _ = found
    return process, step != WHOLE, step
