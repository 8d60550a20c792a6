"""A page of cases under verification: what was read of them together, and of those whom they are about."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.record import Case
from oversight.known import Known
from oversight.subjects import Subjects
from oversight.together import Asked, Together

R = TypeVar("R")


class Page:
    """Some cases (numbers by ids) and what was read of them; ``known`` is what all cases share."""

    def __init__(self, session: Session, cases: Mapping[int, str], known: Known) -> None:
        self.session, self.cases, self.known = session, cases, known
        self._by_id = Together(session, cases)
        self._by_number = Together(session, cases.values())

    def of(self, asked: Asked[R], key: int | str) -> list[R]:
        """The rows of a case, by its id or its number. Raises one of ``unreadable.SPOILED``."""
        return (self._by_id if isinstance(key, int) else self._by_number).of(asked, key)

    @cached_property
    def subjects(self) -> Subjects:
        """Whom these cases are about."""
        asked = select(Case.subject_kind, Case.subject_id).where(Case.case_id.in_(self.cases))
        return Subjects(self.session, {(row[0], row[1]) for row in self.session.execute(asked)})


def of_numbers(session: Session, numbers: Sequence[str]) -> Page:
    """A page of postings that no case has, by their numbers."""
    return Page(session, dict(enumerate(numbers)), Known(session))
