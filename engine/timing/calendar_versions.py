"""Names the calendars that a due day was counted with, and finds those of an earlier time again.

A due day is only as good as its calendar. So each says by a digest which years it was counted with, as they
stood then; a State Council notice that changes a year changes the name, and nothing else.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.rules import rule_tables
from engine.rules.rule_tables import RuleTable
from engine.timing import workdays
from engine.timing.workdays import Year


def named(first: date, last: date) -> str:
    """The name of the calendars in use from the year of the one day to that of the other."""
    calendars = workdays.in_use()
    return _named(tuple(calendars.get(year) for year in range(first.year, last.year + 1)))


def kept(session: Session) -> Iterator[Mapping[int, Year]]:
    """Every version an office counted with: what is in use, then what it kept, the latest first."""
    yield workdays.in_use()
    asked = select(RuleTable.content).where(RuleTable.kind == rule_tables.CALENDARS)
    for content in session.execute(asked.order_by(RuleTable.table_no.desc())).scalars():
        yield _parsed(content)


@lru_cache(maxsize=256)
def _named(years: tuple[Year | None, ...]) -> str:
    said = workdays.said({year.year: year for year in years if year is not None})
    return sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


@lru_cache(maxsize=16)
def _parsed(content: str) -> Mapping[int, Year]:
    return {int(year): _year(int(year), said) for year, said in json.loads(content).items()}


def _year(year: int, said: Mapping[str, Any]) -> Year:
    return Year(
        year,
        said["verified"],
        said["source"],
        frozenset(map(date.fromisoformat, said["holidays"])),
        frozenset(map(date.fromisoformat, said["make_up_days"])),
    )
