"""Checks manifests: each ended case has the one that was fixed as it ended, over what its record holds."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from database.declarative import table_of
from engine.archiving import manifests
from engine.archiving.manifests import ArchiveManifest, Cycle, Recorded
from engine.correction_record import CaseCorrection
from engine.defining.definitions import Definition
from engine.ownership.consultation_record import ConsultationAnswer
from engine.paperwork.documents import IssuedDocument
from engine.record import FINAL_STATUSES, Case, CaseContent
from oversight import together
from oversight.findings import Finding, Findings, differs
from oversight.folding import Folded
from oversight.pages import Page

_TABLE = table_of(ArchiveManifest)
_OF_CASE = together.records(ArchiveManifest, select(_TABLE), _TABLE.c.case_id)
_ANSWERS = table_of(ConsultationAnswer)
_OF_ANSWERS = together.records(
    ConsultationAnswer,
    select(_ANSWERS).order_by(_ANSWERS.c.consultation_id),
    _ANSWERS.c.case_id,
)
_CORRECTED = together.columns(
    select(_TABLE.c.digest)
    .join(Case, Case.case_id == _TABLE.c.case_id)
    .join(CaseCorrection, CaseCorrection.case_no == Case.case_no),
    CaseCorrection.corrected_by,
)
NAME = "archive_manifests"
# What a manifest repeats of its case.
_SAME = ("case_no", "agency_code", "category", "process")


def check(
    page: Page,
    case: Case,
    contents: Mapping[int, CaseContent] | None,
    papers: Sequence[IssuedDocument],
    folded: Folded,
    definition: Definition | None,
) -> Findings:
    """The manifest is the journal's, and the record's. A case that ended before there were any has none."""
    rows, told = page.of(_OF_CASE, case.case_id), folded.manifest
    if told is None:
        yield from (Finding(case.case_no, NAME, "", "manifest.not_told") for _ in rows)
        return
    if folded.status not in FINAL_STATUSES:
        yield Finding(case.case_no, f"journal#{told.seq}", "", "manifest.open_case")
    if not rows:
        yield Finding(case.case_no, NAME, "", "manifest.gone", None, told.detail["digest"])
        return
    (row,) = rows
    said = vars(row)
    pair = (manifests.record_digest(said), told.detail["digest"])
    yield from differs(case.case_no, NAME, "digest", "manifest.altered", pair)
    yield from differs(case.case_no, NAME, "digest", "manifest.altered", (row.digest, pair[0]))
    for column in _SAME:
        pair = (said[column], getattr(case, column))
        yield from differs(case.case_no, NAME, column, "manifest.differs", pair)
    ending = (row.ending, folded.status)
    yield from differs(case.case_no, NAME, "ending", "manifest.differs", ending)
    if definition is not None and contents is not None:
        consulted = [(one.post, one.digest) for one in page.of(_OF_ANSWERS, case.case_id)]
        corrects = _corrects(page, case, contents)
        held = replace(_recorded(case, contents, papers, folded, consulted), corrects=corrects)
        yield from _pieces(case, said, held, definition)


def _corrects(
    page: Page, case: Case, contents: Mapping[int, CaseContent]
) -> tuple[str, str | None] | None:
    """The case that a completed correction corrects, with the digest of its manifest."""
    content = contents.get(case.cycle)
    said = None if content is None else content.posting.get("corrects")
    if said is None or case.status != manifests.COMPLETED:
        return None
    digests = [one.digest for one in page.of(_CORRECTED, case.case_no)]
    return said["case_no"], digests[0] if digests else None


def _pieces(
    case: Case, said: Mapping[str, Any], held: Recorded, definition: Definition
) -> Findings:
    guide = definition.guide
    complete = said["ending"] == manifests.COMPLETED
    expected = {
        **manifests.retention(guide),
        "pieces": manifests.pieces(guide, held),
        "missing": manifests.missing(guide, held) if complete else [],
    }
    for column, value in expected.items():
        yield from differs(case.case_no, NAME, column, "manifest.differs", (said[column], value))


def _recorded(
    case: Case,
    contents: Mapping[int, CaseContent],
    papers: Sequence[IssuedDocument],
    folded: Folded,
    consulted: Sequence[tuple[str, str]],
) -> Recorded:
    """What the record holds of the case as it ended: scans that were added later are no part of its file."""
    cycles = [contents[cycle] for cycle in sorted(contents) if cycle <= case.cycle]
    issued = sorted(papers, key=lambda paper: paper.document_id)
    until = folded.manifest.seq if folded.manifest else 0
    return Recorded(
        [Cycle(one.cycle, one.form_digest, one.materials) for one in cycles],
        case.last_sign_off,
        case.sign_off_count,
        [entry.detail["file"] for entry in folded.scans if entry.seq < until],
        [(paper.kind, paper.number, paper.digest) for paper in issued],
        consulted,
    )
