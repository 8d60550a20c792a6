"""At which window somebody sits and what it is called: asked by commands, mostly not of the database."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from authz.actors import Actor
from authz.epoch import Memory
from database import clock
from database.declarative import table_of
from database.prepared import Prepared
from database.refusals import InvariantBroken
from engine.windows.window_record import OpenWindow, Window


@dataclass(frozen=True, slots=True)
class _Seat:
    """Somebody's window, None where he has none open."""

    window_id: int | None


_kept: Memory[_Seat] = Memory(2048)
_called: Memory[str] = Memory(512)
_WINDOWS = table_of(Window)
_NAME = Prepared(
    select(_WINDOWS.c.number, _WINDOWS.c.name).where(_WINDOWS.c.window_id == bindparam("window"))
)
_READ = Prepared(
    select(OpenWindow.window_id).where(
        OpenWindow.account_id == bindparam("account"), OpenWindow.opened_on == bindparam("today")
    )
)


def window_of(session: Session, actor: Actor) -> int | None:
    """The id of the window that the actor has open today; None where he has none.

    Kept by policy epoch, day and account: opening and closing a window begin a new epoch, so whoever holds
    the epoch knows where he sits until he commits.
    """
    today = clock.today(session)
    found = _kept.recall(
        session, (actor.account_id, today), lambda: _read(session, actor.account_id, today)
    )
    return found.window_id if found else None


def called(session: Session, window_id: int) -> str:
    """A window's number and name, as papers say them: a register's rows are never edited."""
    found = _called.recall(session, window_id, lambda: _name(session, window_id))
    if found is None:
        raise InvariantBroken(f"a case names window {window_id}, which no register has")
    return found


def _name(session: Session, window_id: int) -> str | None:
    row = _NAME.first(session, {"window": window_id})
    return None if row is None else f"{row.number}　{row.name}"


def _read(session: Session, account_id: int, today: date) -> _Seat:
    row = _READ.first(session, {"account": account_id, "today": today})
    return _Seat(None if row is None else row.window_id)
