"""Checks who sits at which window against the turns that were opened and not closed.

The rows of the register, of turns and of what happened in them are held against the journal with the
office's other rows (``office_rows``), and each case's window with the case (``standing``).
"""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from database.declarative import table_of
from engine.windows.window_record import CLOSED, OpenWindow, WindowEvent, WindowTurn
from oversight.findings import Finding, Findings, differs

_TURNS, _SITTING = table_of(WindowTurn), table_of(OpenWindow)
_TOLD = ("window_id", "person_id", "account_id", "agency_code", "opened_on")


def check(session: Session) -> Findings:
    """Somebody sits exactly where his turn says so, as long as it wasn't closed."""
    closed = exists().where(WindowEvent.turn_id == _TURNS.c.turn_id, WindowEvent.kind == CLOSED)
    columns = [_TURNS.c[name] for name in ("turn_id", *_TOLD)]
    expected = {row.turn_id: row for row in session.execute(select(*columns).where(~closed))}
    for row in session.execute(select(_SITTING)):
        turn = expected.pop(row.turn_id, None)
        name = f"open_windows#{row.window_id}"
        if turn is None:
            yield Finding("", name, "turn_id", "window.sits", row.turn_id, None)
            continue
        for column in _TOLD:
            pair = (getattr(row, column), getattr(turn, column))
            yield from differs("", name, column, "window.sits", pair)
    for turn in expected.values():
        name = f"open_windows#{turn.window_id}"
        yield Finding("", name, "turn_id", "window.sits", None, turn.turn_id)
