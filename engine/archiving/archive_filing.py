"""Filing at the archive desk (立卷归档): pieces brought afterwards, cases put into volumes without gaps.

A case with a required piece missing can't be filed: the archivist brings the piece, as a scan or as the paper
that lies in the folder, with the reason why it comes late.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from authz import decisions, epoch
from authz.actors import Actor
from authz.acts import Act
from authz.offices.agencies import Agency
from database import clock
from database.refusals import Conflict, Invalid, NotFound
from engine import office_record
from engine.archiving.archive_record import NOTED, ArchiveItem, ArchiveSupplement, ArchiveVolume
from engine.archiving.manifests import ArchiveManifest
from engine.record import Case
from engine.scans import files

KEEP = "keep_archive"
# A volume takes so many cases: what one box holds.
ITEMS = 100
AT_ONCE = 100


class FileNotArchived(NotFound):
    """There is no such file in your archive: the case has not ended, or is not your agency's."""

    rule = "archive.not_found"


class FileIncomplete(Conflict):
    """Required pieces of this file are missing: bring them before it is filed."""

    rule = "archive.incomplete"


class FiledAlready(Conflict):
    """This case stands in its volume already."""

    rule = "archive.filed"


class PieceNotMissing(Conflict):
    """This piece is not missing in the file."""

    rule = "archive.not_missing"


class FiledTwice(Invalid):
    """The list names a case twice."""

    rule = "archive.twice"


class SupplementRequest(BaseModel):
    """The body of a supplement: which piece, its scan (none where the paper is in the folder), why late."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    code: str = Field(min_length=1, max_length=40)
    form: Literal["scan", "paper"]
    file: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")
    reason: str = Field(min_length=1, max_length=500)

    @model_validator(mode="after")
    def _file_with_scan(self) -> "SupplementRequest":
        if (self.form == "scan") != (self.file is not None):
            raise ValueError("a scan names its file, paper names none")
        return self


class FiledCase(BaseModel):
    """A case to be filed, and how many pages its folder has."""

    model_config = ConfigDict(strict=True, extra="forbid")

    case_no: str = Field(min_length=1, max_length=24)
    pages: int = Field(ge=1, le=9999)


class FilingRequest(BaseModel):
    """The body of a filing: cases in the order in which they are to stand."""

    model_config = ConfigDict(strict=True, extra="forbid")

    cases: list[FiledCase] = Field(min_length=1, max_length=AT_ONCE)


def supplement(session: Session, actor: Actor, case_no: str, asked: SupplementRequest) -> None:
    """Bring a missing piece to a file that isn't filed yet.

    Raises Forbidden, FileNotArchived, FiledAlready, PieceNotMissing, FileUnknown.
    """
    epoch.hold(session)
    decisions.require(session, actor, Act(KEEP, agency=actor.agency))
    lock_archive(session, actor.agency)
    manifest = _manifests(session, actor.agency, [case_no])[case_no]
    _require_unfiled(session, [manifest])
    if asked.code not in lacking(session, [manifest])[manifest.case_id]:
        raise PieceNotMissing(facts={"case_no": case_no, "code": asked.code})
    files.check(session, [asked.file], actor.agency)
    row = ArchiveSupplement(
        case_id=manifest.case_id,
        code=asked.code,
        form=asked.form,
        file=asked.file,
        agency_code=actor.agency,
        reason=asked.reason,
        added_by=actor.account_id,
        added_at=clock.now(session),
    )
    _keep(session, actor, "archive_supplemented", [row], {"case_no": case_no})


def file(session: Session, actor: Actor, request: FilingRequest) -> list[dict[str, Any]]:
    """Put cases into the volumes of their year, category and retention, whole or not at all.

    The answer: ``{case_no, volume_id, volume_no, item_no}`` of each. Raises Forbidden, FiledTwice,
    FileNotArchived, FiledAlready, FileIncomplete. Source: GB/T 31599-2015 (年度–类别–业务环节).
    """
    epoch.hold(session)
    decisions.require(session, actor, Act(KEEP, agency=actor.agency))
    pages = {one.case_no: one.pages for one in request.cases}
    if len(pages) != len(request.cases):
        raise FiledTwice
    lock_archive(session, actor.agency)
    found = _manifests(session, actor.agency, pages)
    _require_unfiled(session, list(found.values()))
    for case_id, codes in lacking(session, list(found.values())).items():
        if codes:
            case_no = next(no for no, one in found.items() if one.case_id == case_id)
            raise FileIncomplete(facts={"case_no": case_no, "missing": codes})
    now = clock.now(session)
    rows: list[ArchiveVolume | ArchiveItem] = []
    placed = []
    for case_no, count in pages.items():
        manifest = found[case_no]
        volume, item_no = _place(session, actor, manifest, now, rows)
        item = ArchiveItem(
            volume_id=volume.volume_id,
            item_no=item_no,
            case_id=manifest.case_id,
            pages=count,
            filed_by=actor.account_id,
            filed_at=now,
        )
        session.add(item)
        session.flush()
        rows.append(item)
        told = {"volume_id": volume.volume_id, "volume_no": volume.volume_no, "item_no": item_no}
        placed.append({"case_no": case_no, **told})
    _keep(session, actor, "archive_filed", rows, {"cases": list(pages)})
    return placed


def lacking(session: Session, found: Sequence[ArchiveManifest]) -> dict[int, list[str]]:
    """The codes of pieces that each of these files still lacks, by case."""
    ids = [one.case_id for one in found if one.missing]
    asked = select(ArchiveSupplement.case_id, ArchiveSupplement.code)
    brought = {
        (row.case_id, row.code)
        for row in session.execute(asked.where(ArchiveSupplement.case_id.in_(ids)))
    }
    return {
        one.case_id: [code for code in one.missing if (one.case_id, code) not in brought]
        for one in found
    }


def _manifests(
    session: Session, agency: str, case_nos: Sequence[str] | Mapping[str, int]
) -> dict[str, ArchiveManifest]:
    """The manifests of these cases of the agency. Raises FileNotArchived naming the first without."""
    ids = select(Case.case_id).where(Case.case_no.in_(case_nos))
    asked = select(ArchiveManifest).where(
        ArchiveManifest.case_id.in_(ids), ArchiveManifest.agency_code == agency
    )
    found = {one.case_no: one for one in session.execute(asked).scalars()}
    for case_no in case_nos:
        if case_no not in found:
            raise FileNotArchived(facts={"case_no": case_no})
    return found


def _require_unfiled(session: Session, found: Sequence[ArchiveManifest]) -> None:
    numbers = {one.case_id: one.case_no for one in found}
    there = select(ArchiveItem.case_id).where(ArchiveItem.case_id.in_(numbers)).limit(1)
    filed = session.execute(there).scalar_one_or_none()
    if filed is not None:
        raise FiledAlready(facts={"case_no": numbers[filed]})


def _place(
    session: Session,
    actor: Actor,
    manifest: ArchiveManifest,
    now: datetime,
    rows: list[ArchiveVolume | ArchiveItem],
) -> tuple[ArchiveVolume, int]:
    """The last volume of the file's class and the next number in it; a full one is followed by a new one."""
    of_class = {
        "agency_code": manifest.agency_code,
        "year": manifest.year,
        "category": manifest.category,
        "retention_years": manifest.retention_years,
    }
    same = (getattr(ArchiveVolume, name) == value for name, value in of_class.items())
    last = select(ArchiveVolume).where(*same).order_by(ArchiveVolume.volume_no.desc()).limit(1)
    volume = session.execute(last).scalar_one_or_none()
    count = 0
    if volume is not None:
        highest = select(func.max(ArchiveItem.item_no))
        of_volume = highest.where(ArchiveItem.volume_id == volume.volume_id)
        count = session.execute(of_volume).scalar_one() or 0
        if count < ITEMS:
            return volume, count + 1
    number = volume.volume_no + 1 if volume else 1
    opened = ArchiveVolume(
        **of_class, volume_no=number, opened_by=actor.account_id, opened_at=now
    )  # fmt: skip
    session.add(opened)
    session.flush()
    rows.append(opened)
    return opened, 1


def lock_archive(session: Session, agency: str) -> None:
    """Of two who file at once one comes first: the agency's row is what journalling locks, too."""
    lock = select(Agency.code).where(Agency.code == agency).with_for_update(key_share=True)
    session.execute(lock).one()


def _keep(
    session: Session,
    actor: Actor,
    action: str,
    rows: Sequence[ArchiveVolume | ArchiveItem | ArchiveSupplement],
    told: Mapping[str, Any],
) -> None:
    session.add_all(rows)
    session.flush()
    office_record.note(
        session, actor.agency, action, rows, actor=actor, detail=told, noted=NOTED
    )  # fmt: skip
