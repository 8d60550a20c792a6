"""Numbers of cases (业务号), and of what is refused before it is one: one series, none given twice."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session
from stdnum.iso7064 import mod_11_10

from database.clock import office_date
from database.declarative import table_of
from database.prepared import Prepared
from engine.record import CaseNumber

WINDOW = "1"
_NUMBERS = table_of(CaseNumber)
_NEXT = Prepared(insert(_NUMBERS).returning(_NUMBERS.c.number_id))


def next_id(session: Session) -> int:
    """The next running number."""
    return coming(session)()


def coming(session: Session) -> Callable[[], int]:
    """The next running number, drawn now and waited for where it is asked."""
    drawn = _NEXT.soon(session)
    return lambda: int(drawn()[0].number_id)


def new(session: Session, agency: str, now: datetime) -> str:
    """A new number of an agency."""
    return written(next_id(session), agency, now)


def written(number: int, agency: str, now: datetime) -> str:
    """Agency (6), date (8), channel (1), running number (6), check digit (1)."""
    day = office_date(now).isoformat().replace("-", "")
    body = f"{agency}{day}{WINDOW}{number % 10**6:06d}"
    return body + mod_11_10.calc_check_digit(body)
