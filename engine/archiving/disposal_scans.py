"""Which scans only the files on a disposal list have: what another file, case or agency has stays."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.archiving import archive_loans
from engine.archiving.archive_record import ArchiveSupplement
from engine.archiving.manifests import ArchiveManifest
from engine.record import Case, CaseContent
from engine.scans.files import StoredFile


def only_theirs(session: Session, agency: str, listed: Sequence[ArchiveManifest]) -> set[str]:
    """The scans of these files that nothing else has."""
    ids = {one.case_id for one in listed}
    mine = {said for one in listed for said in _scans(one.pieces)}
    brought: dict[bool, set[str]] = {True: set(), False: set()}
    asked = select(ArchiveSupplement.file, ArchiveSupplement.case_id)
    for row in session.execute(asked.where(ArchiveSupplement.file.is_not(None))):
        brought[row.case_id in ids].add(row.file)
    mine = (mine | brought[True]) - brought[False]
    elsewhere = select(StoredFile.digest).where(
        StoredFile.digest.in_(mine), StoredFile.agency_code != agency
    )
    mine -= set(session.execute(elsewhere).scalars())
    for others in _others(session, agency, ids):
        mine.difference_update(others)
    return mine


def _others(session: Session, agency: str, ids: set[int]) -> Iterator[set[str]]:
    """What the agency's other files and its open cases have, gone through once."""
    of_case = Case.case_id == ArchiveManifest.case_id
    asked = select(ArchiveManifest.case_id, ArchiveManifest.pieces).join(Case, of_case)
    asked = asked.where(Case.agency_code == agency)
    gone = archive_loans.all_gone(session)
    for row in session.execute(asked, execution_options={"yield_per": 1000}):
        if row.case_id not in ids and row.case_id not in gone:
            yield _scans(row.pieces)
    still_open = (
        select(CaseContent.materials)
        .join(Case, Case.case_id == CaseContent.case_id)
        .where(Case.agency_code == agency, Case.finished_at.is_(None))
    )
    for materials in session.execute(still_open, execution_options={"yield_per": 1000}).scalars():
        yield {one["file"] for one in materials if one["file"]}


def _scans(pieces: Sequence[dict[str, Any]]) -> set[str]:
    scanned = ("material", "signed_form")
    return {one["digest"] for one in pieces if one["kind"] in scanned and one["digest"]}
