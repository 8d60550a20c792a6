"""References between files (参见): the file of a corrected case is added to by what corrected it.

A manifest is fixed as its case ends and never changes. So the correction's own manifest names the file of
the case it corrects, and its ending adds a reference to that file, by the digest of its manifest. Cases that
ended before there were manifests have no file that could be added to.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from database import wall
from database.clock import moment_text
from database.columns import BigId, UtcDateTime
from database.declarative import APPEND_ONLY, Base
from engine import handling
from engine.archiving.manifests import COMPLETED, REFERENCE, ArchiveManifest
from engine.handling import Handling
from engine.record import Case

ACTION = "archive_referred"


class ArchiveReference(Base):
    """That a file's case was corrected, by which case, and the digest of that one's manifest."""

    __tablename__ = "archive_references"
    __table_args__ = (UniqueConstraint("case_id"), UniqueConstraint("corrected_by"), APPEND_ONLY)

    reference_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("archive_manifests.case_id"))
    # Deferred: a correction that is finished in one request writes its case last.
    corrected_by: Mapped[str] = mapped_column(
        ForeignKey("cases.case_no", deferrable=True, initially="DEFERRED")
    )
    manifest: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


def add(work: Handling, manifest: str) -> None:
    """Refer from the file of the case that a correction corrects to its ``manifest``, just fixed."""
    corrects = work.content.posting.get("corrects")
    if corrects is None or work.case.status != COMPLETED:
        return
    session, own = work.session, work.case.case_no
    old = handling.open_by_engine(session, work.office, corrects["case_no"])
    # What is corrected may have ended at another agency.
    with wall.whole(session):
        filed = session.get(ArchiveManifest, old.case.case_id)
        if filed is None:
            return
        row = {
            "case_id": filed.case_id,
            "corrected_by": own,
            "manifest": manifest,
            "added_at": work.now,
        }
        session.execute(insert(ArchiveReference), [row])
    old.note_automatic(ACTION, corrected_by=own, manifest=manifest)
    handling.save_journal(old)


def corrected_by(session: Session, case_ids: Collection[int]) -> dict[int, str]:
    """The number of the correction that each of these files refers to; one without is left out."""
    asked = select(ArchiveReference.case_id, ArchiveReference.corrected_by)
    found = session.execute(asked.where(ArchiveReference.case_id.in_(case_ids)))
    return {row.case_id: row.corrected_by for row in found}


def of_file(session: Session, row: ArchiveManifest) -> list[dict[str, Any]]:
    """The references of one file: to what it corrects, and to what corrected it.

    ``here``: whether the other file is one that the reader finds in the archive too.
    """
    found = [
        {"kind": "corrects", "case_no": one["number"], "digest": one["digest"], "at": row.fixed_at}
        for one in row.pieces
        if one["kind"] == REFERENCE
    ]
    asked = select(ArchiveReference).where(ArchiveReference.case_id == row.case_id)
    found += [
        {"kind": "corrected_by", "case_no": one.corrected_by, "digest": one.manifest, "at": one.added_at}
        for one in session.execute(asked).scalars()
    ]  # fmt: skip
    here = _readable(session, [one["case_no"] for one in found])
    return [{**one, "at": moment_text(one["at"]), "here": one["case_no"] in here} for one in found]


def _readable(session: Session, numbers: Collection[str]) -> set[str]:
    ids = select(Case.case_id).where(Case.case_no.in_(numbers))
    asked = select(ArchiveManifest.case_no).where(ArchiveManifest.case_id.in_(ids))
    return set(session.execute(asked).scalars()) if numbers else set()
