"""What a case, or a step of a payable, wrote to the register: read for a page of cases together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select

from database.declarative import table_of
from oversight import together
from oversight.pages import Page
from oversight.together import Asked
from register import inscriptions
from register.ledger import LedgerLine, RegisterPosting
from register.payables import Payable, PayableEvent
from register.subjects import Version

_HEADERS, _LINES, _VERSIONS = table_of(RegisterPosting), table_of(LedgerLine), table_of(Version)


@dataclass(frozen=True, slots=True)
class _Parts:
    headers: Asked[RegisterPosting]
    lines: Asked[LedgerLine]
    changes: Asked[Version]


@dataclass(frozen=True, slots=True)
class Written:
    """The rows under one number, and ``said``: the same in the words of ``inscriptions.by_case``."""

    headers: Sequence[RegisterPosting]
    lines: Sequence[LedgerLine]
    changes: Sequence[Version]
    said: dict[str, Any]


def by_case(page: Page, case_no: str) -> Written:
    """What a case or an opening wrote. Raises as ``inscriptions.by_case``, and ``unreadable.SPOILED``."""
    return _written(page, case_no, OF_CASE)


def by_step(page: Page, posting: str) -> Written:
    """What a step of a payable of one of the page's cases wrote. Raises likewise."""
    return _written(page, posting, _OF_STEP)


def changes(page: Page, case_no: str) -> list[Version]:
    """The versions that a case wrote. Raises ``unreadable.SPOILED``."""
    return page.of(OF_CASE.changes, case_no)


def _written(page: Page, number: str, parts: _Parts) -> Written:
    headers, lines = page.of(parts.headers, number), page.of(parts.lines, number)
    versions = page.of(parts.changes, number)
    said = inscriptions.of_rows(number, lines, versions, headed=bool(headers))
    return Written(headers, lines, versions, said)


def _parts(posted_under: together.Condition) -> _Parts:
    return _Parts(
        together.records(
            RegisterPosting,
            select(_HEADERS).order_by(_HEADERS.c.posting_no),
            _HEADERS.c.case_no,
            posted_under(_HEADERS.c.case_no),
        ),
        together.records(
            LedgerLine,
            select(_LINES).order_by(_LINES.c.posting_no, _LINES.c.line_no),
            _LINES.c.case_no,
            posted_under(_LINES.c.case_no),
        ),
        together.records(
            Version,
            select(_VERSIONS).order_by(_VERSIONS.c.posting_no, _VERSIONS.c.change_no),
            _VERSIONS.c.case_no,
            posted_under(_VERSIONS.c.case_no),
        ),
    )


def _of_steps(number: ColumnElement[Any]) -> together.Within:
    """Rows that stand under the numbers of steps of the page's payables."""

    def within(among: ColumnElement[Any]) -> ColumnElement[bool]:
        steps = (
            select(PayableEvent.posting)
            .join(Payable, Payable.payable_id == PayableEvent.payable_id)
            .where(Payable.case_no.in_(among))
        )
        return number.in_(steps)

    return within


OF_CASE = _parts(lambda _number: None)
_OF_STEP = _parts(_of_steps)
