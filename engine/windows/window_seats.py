"""At which window somebody sits: what an acceptance asks, and mostly without asking the database."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from authz.actors import Actor
from authz.epoch import Memory
from database import clock
from database.prepared import Prepared
from engine.windows.window_record import OpenWindow


@dataclass(frozen=True, slots=True)
class _Seat:
    """Somebody's window, None where he has none open."""

    window_id: int | None


_kept: Memory[_Seat] = Memory(2048)
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


def _read(session: Session, account_id: int, today: date) -> _Seat:
    row = _READ.first(session, {"account": account_id, "today": today})
    return _Seat(None if row is None else row.window_id)
