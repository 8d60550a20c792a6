"""Checks references in the archive: a corrected case's file refers to its correction, as was journalled."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import aliased

from database.declarative import table_of
from engine.archiving.archive_references import ACTION, ArchiveReference
from engine.archiving.manifests import ArchiveManifest
from engine.correction_record import CaseCorrection
from engine.journal import JournalEntry
from engine.record import Case
from oversight import together
from oversight.findings import Finding, Findings, differs
from oversight.pages import Page

NAME = "archive_references"
_TABLE = table_of(ArchiveReference)
_OF_CASE = together.records(
    ArchiveReference, select(_TABLE).order_by(_TABLE.c.reference_id), _TABLE.c.case_id
)
_OLD, _NEW = aliased(Case), aliased(Case)
_FILED, _OTHER = aliased(ArchiveManifest), aliased(ArchiveManifest)
# What corrected a case that has a file, and that one's own manifest.
_DUE = together.columns(
    select(CaseCorrection.corrected_by, CaseCorrection.corrected_at, _OTHER.digest)
    .join(_OLD, _OLD.case_no == CaseCorrection.case_no)
    .join(_FILED, _FILED.case_id == _OLD.case_id)
    .join(_NEW, _NEW.case_no == CaseCorrection.corrected_by)
    .join(_OTHER, _OTHER.case_id == _NEW.case_id),
    CaseCorrection.case_no,
)


def check(page: Page, case: Case, listed: Sequence[JournalEntry]) -> Findings:
    """A corrected case's file refers to the manifest of what corrected it, and no other file refers."""
    rows = page.of(_OF_CASE, case.case_id)
    told = [entry for entry in listed if entry.action == ACTION]
    held = [[row.corrected_by, row.manifest] for row in rows]
    said = [[entry.detail["corrected_by"], entry.detail["manifest"]] for entry in told]
    pair = (held, said)
    yield from differs(case.case_no, NAME, "manifest", "archive_reference.told_otherwise", pair)
    due = page.of(_DUE, case.case_no)
    if len(rows) != len(due):
        yield Finding(case.case_no, NAME, "", "archive_reference.count", len(rows), len(due))
        return
    for row, other in zip(rows, due, strict=True):
        name = f"{NAME}#{row.reference_id}"
        for column, expected in (
            ("corrected_by", other.corrected_by),
            ("manifest", other.digest),
            ("added_at", other.corrected_at),
        ):
            pair = (getattr(row, column), expected)
            yield from differs(case.case_no, name, column, "archive_reference.differs", pair)
