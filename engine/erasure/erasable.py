"""What of the record is about one person and can be erased: which rows are his, what else names him.

What is erased are the values of these columns, whoever entered them. Ledger, months and amounts stay: they
name him by his number in the register alone. So do commitments, digests and keyed fingerprints in chained
rows. What an employer's list said of him stands in the employer's case and stays readable there.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, func, select
from sqlalchemy.orm import Session

from database import resealing, separating
from database.declarative import Base
from database.resealing import SealedTable
from database.separating import Whose
from engine.archiving.archive_record import ArchiveSupplement
from engine.office_record import OPENING
from engine.record import Case, CaseContent, SignedScan
from engine.scans.files import StoredFile
from register.subjects import Version


def cases_of(person_id: str) -> Select[int]:
    """The ids of the cases that are about him."""
    return select(Case.case_id).where(Case.subject_kind == "person", Case.subject_id == person_id)


def _by_case_id(rows: FromClause, person_id: str) -> ColumnElement[bool]:
    return rows.c.case_id.in_(cases_of(person_id))


def _by_case_no(rows: FromClause, person_id: str) -> ColumnElement[bool]:
    return rows.c.case_no.in_(
        select(Case.case_no).where(Case.subject_kind == "person", Case.subject_id == person_id)
    )


def _by_person(rows: FromClause, person_id: str) -> ColumnElement[bool]:
    return rows.c.person_id == person_id


# Every sealed column of these tables; which rows of them are a person's.
HIS: Mapping[str, Whose] = {
    "case_contents": _by_case_id,
    "cases": _by_case_id,
    "documents": _by_case_no,
    "notice_contacts": _by_case_id,
    "payables": _by_person,
    "register_versions": _by_person,
    "sign_offs": _by_case_id,
}


def tables() -> list[SealedTable]:
    """The tables with sealed values that can be erased."""
    return [one for one in resealing.tables(Base.metadata) if one.table.name in HIS]


def whose(sealed: SealedTable, person_id: str) -> ColumnElement[bool]:
    """The rows of a table that are his."""
    return HIS[sealed.table.name](sealed.table.clause, person_id)


def elsewhere(session: Session, person_id: str, key_id: str) -> dict[str, int]:
    """How many of his rows in each table aren't wholly under this key; none where all are."""
    found = {
        str(one.table.name): separating.count(session, one, whose(one, person_id), key_id)
        for one in tables()
    }
    return {name: rows for name, rows in found.items() if rows}


def held(session: Session, person_id: str) -> dict[str, int]:
    """How many rows of each table are his; their values are what an erasure takes."""
    found = {}
    for one in tables():
        asked = select(func.count()).select_from(one.table.clause).where(whose(one, person_id))
        found[str(one.table.name)] = int(session.execute(asked).scalar_one())
    return {name: rows for name, rows in found.items() if rows}


def named_by(session: Session, person_id: str) -> list[str]:
    """The cases of others that wrote about him, as an employer's list does: what they say of him stays."""
    asked = select(Version.case_no).where(
        Version.person_id == person_id,
        ~Version.case_no.startswith(OPENING),
        Version.case_no.not_in(select(Case.case_no).where(Case.case_id.in_(cases_of(person_id)))),
    )
    return sorted(set(session.execute(asked).scalars()))


def scans_of(session: Session, person_id: str) -> set[str]:
    """The scans that only his cases have, the agency's own and those brought later."""
    mine: set[str] = set()
    others: set[str] = set()
    his = set(session.execute(cases_of(person_id)).scalars())
    for case_id, digest in _scans(session):
        (mine if case_id in his else others).add(digest)
    stored = select(StoredFile.digest).where(StoredFile.digest.in_(mine - others))
    return set(session.execute(stored).scalars())


def _scans(session: Session) -> Iterator[tuple[int, str]]:
    """Every scan of every case, gone through once: materials are JSON, which no index covers."""
    materials = select(CaseContent.case_id, CaseContent.materials)
    for case_id, listed in session.execute(materials, execution_options={"yield_per": 1000}):
        yield from ((case_id, one["file"]) for one in listed if one["file"])
    beside: tuple[Any, ...] = (SignedScan, ArchiveSupplement)
    for model in beside:
        asked = select(model.case_id, model.file).where(model.file.is_not(None))
        for case_id, digest in session.execute(asked):
            yield case_id, digest
