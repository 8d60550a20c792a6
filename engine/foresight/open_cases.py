"""Open cases as far as it matters who may still sign them: many at once, a page at a time."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz import widening
from authz.granting import grants
from authz.offices.people import ID_NO, NaturalPerson
from authz.personnel import relatives
from database import clock, keys
from database.declarative import table_of
from engine.defining import ways
from engine.defining.diagram_paths import CORRECT
from engine.defining.ways import Way
from engine.grants import grant_entries
from engine.office import Office
from engine.record import OPEN_STATUSES, Case, CaseContent, Task
from engine.rules import risk_history
from engine.rules.risk_file import RiskTable
from engine.signoffs import SignOff
from register import changes

PAGE = 500
_CASES, _CONTENTS, _TASKS = table_of(Case), table_of(CaseContent), table_of(Task)


@dataclass(frozen=True, slots=True)
class Correcting:
    """A correction that is waited for: whose it is (account), and the post that takes over if he left."""

    account_id: int | None
    post: str


@dataclass(frozen=True, slots=True)
class OpenCase:
    """One open case.

    ``signed`` are (step, natural person), who accepted it and who brought what came from outside among
    them as ``accept``; ``own`` the members of staff whose own business it is, or a
    relative's; ``ways`` the steps it takes; ``wider_from``: from when the review that waits is offered wider,
    ``is_wider`` whether it is now.
    """

    case_no: str
    process: str
    category: str
    agency: str
    level: int
    route: str
    due_on: date
    amount_cents: int
    signed: tuple[tuple[str, int], ...]
    own: frozenset[int]
    ways: tuple[Way, ...]
    correcting: Correcting | None
    wider_from: datetime | None = None
    is_wider: bool = False


def of_agencies(
    session: Session, office: Office, codes: Collection[str]
) -> Iterator[list[OpenCase]]:
    """Every open case of these agencies, in pages."""
    reading = Reading(session, office)
    last = 0
    while True:
        wanted = (
            _CASES.c.agency_code.in_(codes),
            _CASES.c.status.in_(OPEN_STATUSES),
            _CASES.c.case_id > last,
        )
        rows = session.execute(_query().where(*wanted).order_by(_CASES.c.case_id).limit(PAGE)).all()
        if rows:
            yield reading.cases(rows)
            last = rows[-1].case_id
        if len(rows) < PAGE:
            return


def of_case(session: Session, office: Office, case_no: str) -> OpenCase | None:
    """One case, None where it isn't open."""
    wanted = (_CASES.c.case_no == case_no, _CASES.c.status.in_(OPEN_STATUSES))
    rows = session.execute(_query().where(*wanted)).all()
    return Reading(session, office).cases(rows)[0] if rows else None


def _query() -> Any:
    content = (_CONTENTS.c.case_id == _CASES.c.case_id) & (_CONTENTS.c.cycle == _CASES.c.cycle)
    return select(
        _CASES,
        _CONTENTS.c.applicant,
        _CONTENTS.c.facts,
        _CONTENTS.c.messages,
        _CONTENTS.c.posting,
    ).join(_CONTENTS, content)


class Reading:
    """What is read once for all cases: the staff's id numbers (blind), the risk tables of their time."""

    def __init__(self, session: Session, office: Office) -> None:
        self._session = session
        self._office = office
        staff = session.execute(select(NaturalPerson.id_no_index, NaturalPerson.person_id))
        self._staff: dict[str, set[int]] = {one.id_no_index: {one.person_id} for one in staff}
        # Who counts as a relative today is taken to do so on the days to come.
        declared = relatives.of_persons(session, None, clock.today(session))
        for person_id, indexes in declared.items():
            for index in indexes:
                self._staff.setdefault(index, set()).add(person_id)
        self._tables: dict[str, RiskTable] = {}
        self._now = clock.now(session)

    def cases(self, rows: Collection[Any]) -> list[OpenCase]:
        """These rows with what else it takes, two queries for all of them."""
        ids = [row.case_id for row in rows]
        cycles = {row.case_id: row.cycle for row in rows}
        signed: dict[int, list[tuple[str, int]]] = defaultdict(list)
        found = select(SignOff.case_id, SignOff.cycle, SignOff.step, SignOff.signer_person)
        for one in self._session.execute(found.where(SignOff.case_id.in_(ids))):
            if one.cycle == cycles[one.case_id]:
                signed[one.case_id].append((one.step, one.signer_person))
        waiting = select(_TASKS).where(
            _TASKS.c.case_id.in_(ids),
            _TASKS.c.closed_at.is_(None),
            _TASKS.c.step.in_((CORRECT, widening.WIDENS)),
        )
        correcting: dict[int, Correcting] = {}
        wider: dict[int, datetime | None] = {}
        for task in self._session.execute(waiting):
            if task.step == CORRECT:
                correcting[task.case_id] = Correcting(task.reserved_for, task.post)
            else:
                wider[task.case_id] = widening.of_task(task)
        return [
            self._case(
                row, signed[row.case_id], correcting.get(row.case_id), wider.get(row.case_id)
            )
            for row in rows
        ]

    def _case(
        self,
        row: Any,
        signed: list[tuple[str, int]],
        correcting: Correcting | None,
        wider_from: datetime | None,
    ) -> OpenCase:
        makers = [row.accepted_person]
        makers += [message["delivered_by"] for message in (row.messages or {}).values()]
        # A correction makes void whatever was signed.
        counting = [] if correcting else signed
        definition = self._office.catalogue.at(row.definition)
        table = self._table(row.risk_table)
        return OpenCase(
            case_no=row.case_no,
            process=row.process,
            category=row.category,
            agency=row.agency_code,
            level=row.risk_level,
            route=row.route,
            due_on=row.due_on,
            amount_cents=row.amount_cents,
            signed=(*(("accept", maker) for maker in dict.fromkeys(makers)), *counting),
            own=self._own(row.applicant, row.posting) | self._gaining(row.posting),
            ways=ways.of(definition, table, row.risk_level, row.route, row.facts),
            correcting=correcting,
            wider_from=wider_from,
            is_wider=wider_from is not None and wider_from <= self._now,
        )

    def _own(self, applicant: Mapping[str, Any], posting: Mapping[str, Any]) -> frozenset[int]:
        """Whose business it is, their own or a relative's (``subjects.concern``), of all members of staff."""
        blind = keys.current().blind_indexes
        numbers = _numbers(applicant, posting)
        indexes = (index for number in numbers for index in blind(ID_NO, number))
        return frozenset(person for one in indexes for person in self._staff.get(one, ()))

    def _gaining(self, posting: Mapping[str, Any]) -> frozenset[int]:
        """Who would gain by the grant that a case of the grant register is about."""
        said = posting.get("grant")
        return grants.gainers(self._session, grant_entries.entry_of(said)) if said else frozenset()

    def _table(self, digest: str) -> RiskTable:
        if digest not in self._tables:
            self._tables[digest] = risk_history.at(self._session, self._office.risk, digest)
        return self._tables[digest]


def _numbers(applicant: Mapping[str, Any], posting: Mapping[str, Any]) -> Iterable[str]:
    yield applicant["id_no"]
    if applicant.get("agent"):
        yield applicant["agent"]["id_no"]
    for change in posting["changes"]:
        if changes.founds_json(change):
            said = change["after"]
            yield from (said[f] for f in ("id_no", "legal_person_id_no") if said.get(f))
