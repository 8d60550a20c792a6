"""The register's one writer: a posting becomes lines, versions and a header, whole or not at all.

Only ``engine.posting`` calls it, after its guard has recomputed the sign-offs (and ``register.opening``,
which loads what was there before the first case). Rows are only ever added; a correction is a posting
of its own under its own case.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from database import keys, prepared
from database.declarative import table_of
from database.prepared import Prepared
from database.refusals import InvariantBroken
from register import balances, chart, claims, founding, holdings, soundness
from register.changes import founds
from register.entries import Change, Line, Posting
from register.founding import CreditCodeTaken, FoundedTwice, IdNumberTaken
from register.ledger import LedgerLine, RegisterPosting
from register.subjects import Employer, Person, Version

Counting = Sequence[tuple[str, Callable[[], list[Any]]]]
_PERSONS = table_of(Person)
_EMPLOYERS = table_of(Employer)
_COUNT_UP_PERSON = Prepared(
    update(_PERSONS)
    .where(_PERSONS.c.person_id == bindparam("subject_id"))
    .values(version=_PERSONS.c.version + 1)
    .returning(_PERSONS.c.version)
)
_COUNT_UP_EMPLOYER = Prepared(
    update(_EMPLOYERS)
    .where(_EMPLOYERS.c.employer_id == bindparam("subject_id"))
    .values(version=_EMPLOYERS.c.version + 1)
    .returning(_EMPLOYERS.c.version)
)
_INSERT_LINES = Prepared(insert(table_of(LedgerLine)))
_INSERT_VERSIONS = Prepared(insert(table_of(Version)))
# The database adds up the lines that are there when the header comes.
_INSERT_HEADER = Prepared(insert(table_of(RegisterPosting)), alone=True)


class SubjectUnknown(InvariantBroken):
    """A posting names a person or employer that isn't on the register."""


class AccountOverdrawn(InvariantBroken):
    """A posting would take more from a person's account than it holds."""


def write(
    session: Session,
    posting: Posting,
    *,
    case_no: str,
    posting_no: int,
    agency: str,
    posted_at: datetime,
) -> None:
    """Write everything a posting says under its case; never commits.

    Locks the persons and employers it names, in the order of their ids, then inserts those it founds. Raises
    PostingUnsound, SubjectUnknown, FoundedTwice, AccountOverdrawn (defects: nothing may be committed),
    IdNumberTaken and CreditCodeTaken. A second posting of the same number for the same case is refused by
    the database.
    """
    soundness.check(posting)
    counting, founded = _count_up(session, posting), founding.changes(posting.changes)
    if founded:
        _found(session, counting, founded, posted_at)
    key = {"case_no": case_no, "posting_no": posting_no}
    if posting.lines:
        _INSERT_LINES.write_all(session, [key | row for row in _line_rows(posting.lines)])
        for person_id in _drawn_on(posting.lines):
            balances.ahead(session, person_id)
        prepared.start(session)
    if posting.changes:
        rows = [key | {"recorded_at": posted_at} | row for row in _version_rows(posting.changes)]
        _INSERT_VERSIONS.write_all(session, rows)
        prepared.start(session)
    if not founded:
        # By now the database has counted, beside what was done here.
        _found(session, counting, founded, posted_at)
    _refuse_overdrawn(session, posting.lines)
    _apply(session, posting.changes, key)
    debit, credit = soundness.totals(posting.lines)
    header = key | {
        "agency_code": agency,
        "posted_at": posted_at,
        "line_count": len(posting.lines),
        "change_count": len(posting.changes),
        "debit_cents": debit,
        "credit_cents": credit,
    }
    # Last: the database adds the lines up as the header arrives, and closes the posting.
    _INSERT_HEADER.write(session, header)


def _subjects(posting: Posting) -> tuple[list[str], list[str]]:
    """The ids of the persons and of the employers a posting is about, in order."""
    persons = {line.subject_id for line in posting.lines if line.subject_id is not None}
    persons |= {change.subject_id for change in posting.changes if change.subject_kind == "person"}
    employers = {
        change.subject_id for change in posting.changes if change.subject_kind == "employer"
    }
    # A claim is about a person's months and against an employer.
    employers |= {
        change.after["employer_id"] for change in posting.changes if change.kind == "claim"
    }
    return sorted(persons), sorted(employers)


def _count_up(session: Session, posting: Posting) -> Counting:
    """Count the posting on each subject, which locks its row: one after the other, in order."""
    persons, employers = _subjects(posting)
    return [
        (subject_id, statement.soon(session, {"subject_id": subject_id}))
        for statement, wanted in ((_COUNT_UP_PERSON, persons), (_COUNT_UP_EMPLOYER, employers))
        for subject_id in wanted
    ]


def _found(
    session: Session, counting: Counting, founded: Mapping[str, Change], posted_at: datetime
) -> None:
    """See that each subject was counted, and insert those whom the posting founds.

    They have no row yet, but for those that ``register.opening`` has just begun.
    """
    new = []
    for subject_id, counted in counting:
        rows = counted()
        if not rows and subject_id not in founded:
            raise SubjectUnknown(f"a posting names {subject_id}, not on the register")
        if not rows:
            new.append(founded[subject_id])
        elif subject_id in founded and rows[0].version != 1:
            raise FoundedTwice(f"a posting founds {subject_id}, who is on the register")
    founding.insert(session, new, posted_at)


def _line_rows(lines: Sequence[Line]) -> list[dict[str, object]]:
    return [
        {
            "line_no": number,
            "account": line.account,
            "side": line.side,
            "amount_cents": line.amount_cents,
            "subject_id": line.subject_id,
            "month": line.month,
            "memo": line.memo,
        }
        for number, line in enumerate(lines, 1)
    ]


def _version_rows(changes: Sequence[Change]) -> list[dict[str, object]]:
    return [
        {
            "change_no": number,
            "kind": change.kind,
            "person_id": change.subject_id if change.subject_kind == "person" else None,
            "employer_id": change.subject_id if change.subject_kind == "employer" else None,
            "effective_from": change.effective_from,
            "after": dict(change.after),
            "before": dict(change.before),
        }
        for number, change in enumerate(changes, 1)
    ]


def _drawn_on(lines: Sequence[Line]) -> list[str]:
    """The persons from whom a posting takes something: an account that only grows isn't asked for."""
    return sorted(
        {
            line.subject_id
            for line in lines
            if line.subject_id is not None and line.side != chart.ACCOUNTS[line.account].grows
        }
    )


def _refuse_overdrawn(session: Session, lines: Sequence[Line]) -> None:
    for person_id in _drawn_on(lines):
        for account, cents in balances.of_person(session, person_id).items():
            if cents < 0:
                raise AccountOverdrawn(f"{account} of person {person_id} would be {cents} cents")


def _apply(session: Session, changes: Sequence[Change], key: dict[str, object]) -> None:
    relations = [change for change in changes if change.kind == "relation"]
    if relations:
        holdings.add_relations(session, relations, key)
    for change in changes:
        if founds(change):
            # Its row has the number already.
            continue
        if change.kind == "entitlement":
            holdings.add_entitlement(session, change, key)
        elif change.kind == "months":
            holdings.add_months(session, change, key)
        elif change.kind == "claim":
            claims.add(session, change, key)
        elif change.kind == "person_key" and "id_no" in change.after:
            _move_index(session, change.subject_id, change.after["id_no"])
        elif change.kind == "employer_key" and "uscc" in change.after:
            _move_code(session, change.subject_id, change.after["uscc"])


def _move_index(session: Session, person_id: str, id_no: str) -> None:
    indexes = keys.current().blind_indexes("id_no", id_no)
    taken = Person.id_no_index.in_(indexes) & (Person.person_id != person_id)
    if session.execute(select(func.count()).where(taken)).scalar_one():
        raise IdNumberTaken
    his = update(Person).where(Person.person_id == person_id)
    session.execute(his.values(id_no_index=indexes[-1]))


def _move_code(session: Session, employer_id: str, uscc: str) -> None:
    query = select(func.count()).where(Employer.uscc == uscc, Employer.employer_id != employer_id)
    if session.execute(query).scalar_one():
        raise CreditCodeTaken
    session.execute(update(Employer).where(Employer.employer_id == employer_id).values(uscc=uscc))
