"""Whom the cases of a page are about: who wrote of them and when, and their records as they once stood.

Cases are worked out again on records of then. What that needs of a person is read for all persons of a page
together; months alone, of which one person has hundreds and few cases ask, are read one by one.
"""

from collections.abc import Collection
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from database.declarative import table_of
from engine.journal import JournalEntry
from engine.office_record import OPENING
from oversight import payments, together
from oversight.together import Together
from register import as_of, balances, claims, composing, held, unpaid, versions
from register.claims import ClaimVersion
from register.composing import Held
from register.ledger import LedgerLine
from register.payables import PAYMENT
from register.records import PersonRecord
from register.rights import EntitlementVersion, RelationVersion
from register.subjects import Version

# Cases asked for in one query: databases bound how much one may name.
AT_ONCE = 5_000

_VERSIONS, _LINES = table_of(Version), table_of(LedgerLine)
_RELATIONS, _CLAIMS = table_of(RelationVersion), table_of(ClaimVersion)
_ENTITLEMENTS = table_of(EntitlementVersion)
_SAID = together.columns(
    select(
        _VERSIONS.c.version_id,
        _VERSIONS.c.kind,
        _VERSIONS.c.effective_from,
        _VERSIONS.c.after,
        _VERSIONS.c.case_no,
    )
    .where(_VERSIONS.c.kind.in_(versions.DESCRIBING))
    .order_by(_VERSIONS.c.version_id),
    _VERSIONS.c.person_id,
)
_HIS_RELATIONS = together.columns(
    select(_RELATIONS).order_by(_RELATIONS.c.relation_id, _RELATIONS.c.version),
    _RELATIONS.c.person_id,
)
_HIS_ENTITLEMENTS = together.columns(
    select(_ENTITLEMENTS).order_by(_ENTITLEMENTS.c.entitlement_id, _ENTITLEMENTS.c.version),
    _ENTITLEMENTS.c.person_id,
)
_HIS_CLAIMS = together.columns(
    select(_CLAIMS).order_by(_CLAIMS.c.claim_id, _CLAIMS.c.version), _CLAIMS.c.person_id
)
_HIS_LINES = together.columns(
    select(_LINES.c.account, _LINES.c.case_no, balances.CREDITED.label("cents")).group_by(
        _LINES.c.subject_id, _LINES.c.account, _LINES.c.case_no
    ),
    _LINES.c.subject_id,
)


class Subjects:
    """These persons and employers, and the places in the whole journal of the cases that wrote of them."""

    def __init__(self, session: Session, whom: Collection[tuple[str, str]]) -> None:
        self._session = session
        self._unread = {
            kind: {subject_id for its_kind, subject_id in whom if its_kind == kind}
            for kind in ("person", "employer")
        }
        self._persons = Together(session, self._unread["person"])
        self._written: dict[tuple[str, str], set[str]] = {}
        self._posted: dict[str, int] = {}

    def wrote(self, kind: str, subject_id: str) -> set[str]:
        """The cases that wrote about a person or employer."""
        subject = (kind, subject_id)
        if subject not in self._written:
            of_kind = self._unread.get(kind, set())
            together_with = of_kind if subject_id in of_kind else {subject_id}
            found = as_of.wrote_of_each(self._session, kind, together_with)
            self._written |= {(kind, one): found.get(one, set()) for one in together_with}
            if together_with is of_kind:
                self._unread[kind] = set()
        return self._written[subject]

    def later(self, wrote: Collection[str], case_no: str, entry_id: int) -> set[str]:
        """Of the cases that ``wrote`` about somebody, those that hadn't yet: this one, and later ones."""
        if not self._posted.keys() >= set(wrote):
            # What no case posted was there before them all.
            unknown = set(wrote).union(*self._written.values()) - set(self._posted)
            self._posted.update(dict.fromkeys(unknown, 0) | _posted_as(self._session, unknown))
        return {case_no, *(other for other in wrote if self._posted[other] > entry_id)}

    def person(
        self, person_id: str, version: int, on: date, without: Collection[str]
    ) -> PersonRecord:
        """As ``composing.person``, deferred."""
        session, his = self._session, self._persons
        parts = Held(
            relations=lambda: composing.relations_of(
                held.latest_relations(his.of(_HIS_RELATIONS, person_id), without)
            ),
            entitlements=lambda: composing.entitlements_of(
                held.histories_of(his.of(_HIS_ENTITLEMENTS, person_id), without)
            ),
            months=lambda: composing.months_of(held.months(session, person_id, without)),
            sums=lambda: balances.of_rows(his.of(_HIS_LINES, person_id), without),
            unpaid=partial(unpaid.of_person, session, person_id, without),
            claims=lambda: claims.latest(his.of(_HIS_CLAIMS, person_id), without),
        )
        said: list[Any] = [row for row in his.of(_SAID, person_id) if row.case_no not in without]
        return composing.described(session, (person_id, version), said, parts, on, deferred=True)


def _posted_as(session: Session, cases: Collection[str]) -> dict[str, int]:
    """Where in the whole journal these cases posted; what no case posted was there before them all."""
    steps = [case_no for case_no in cases if case_no.startswith(PAYMENT)]
    numbers = sorted(case_no for case_no in cases if not case_no.startswith((OPENING, PAYMENT)))
    found = payments.told_as(session, steps) if steps else {}
    for begin in range(0, len(numbers), AT_ONCE):
        asked = select(JournalEntry.stream, JournalEntry.entry_id).where(
            JournalEntry.stream.in_(numbers[begin : begin + AT_ONCE]),
            JournalEntry.action == "posted",
        )
        found |= {row.stream: row.entry_id for row in session.execute(asked)}
    return found
