"""What the archive desk reads: what is to be filed, volumes, one file, and files by what is known of them."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.offices import accounts, agencies
from database.clock import moment_text
from database.refusals import NotFound
from engine.archiving import archive_filing, archive_loans, archive_references, destroyed
from engine.archiving.archive_filing import FileNotArchived
from engine.archiving.archive_record import ArchiveItem, ArchiveSupplement, ArchiveVolume
from engine.archiving.manifests import PERMANENT, ArchiveManifest
from engine.record import Case
from register import reading

READ = "read_archive"
PAGE = 50


class VolumeNotFound(NotFound):
    """There is no such volume, or it is not yours to see."""

    rule = "archive.no_volume"


class ArchiveSearch(BaseModel):
    """The body of a search: whatever is known; files of which all of it holds are found."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    case_no: str | None = Field(default=None, min_length=1, max_length=24)
    id_no: str | None = Field(default=None, min_length=1, max_length=18)
    uscc: str | None = Field(default=None, min_length=1, max_length=18)
    process: str | None = Field(default=None, min_length=1, max_length=40)
    year: int | None = Field(default=None, ge=1990, le=9999)


def waiting(session: Session, actor: Actor, cursor: str | None = None) -> dict[str, Any]:
    """A page of ended cases of one's own agency that stand in no volume yet, newest first.

    Each with what it still lacks. Raises Forbidden.
    """
    decisions.require(session, actor, Act(READ, agency=actor.agency))
    asked = _of([actor.agency]).where(~_filed())
    if cursor is not None:
        asked = asked.where(Case.case_id < int(cursor))
    return _page(session, asked)


def search(
    session: Session, actor: Actor, asked: ArchiveSearch, cursor: str | None = None
) -> dict[str, Any]:
    """A page of the files of one's agencies that are as asked for, newest first. Raises Forbidden.

    A person is found by the blind index of his number, as everywhere.
    """
    found = _of(readable(session, actor))
    if cursor is not None:
        found = found.where(Case.case_id < int(cursor))
    if asked.case_no:
        found = found.where(Case.case_no == asked.case_no)
    for number, find in ((asked.id_no, reading.find_person), (asked.uscc, reading.find_employer)):
        if number:
            found = found.where(Case.subject_id == (find(session, number) or ""))
    if asked.process:
        found = found.where(ArchiveManifest.process == asked.process)
    if asked.year:
        found = found.where(ArchiveManifest.year == asked.year)
    return _page(session, found)


def file(session: Session, actor: Actor, case_no: str) -> dict[str, Any]:
    """One file: its manifest, what was brought afterwards, where it stands, who had it.

    Raises Forbidden, FileNotArchived.
    """
    asked = _of(readable(session, actor)).where(Case.case_no == case_no)
    row = session.execute(asked).scalar_one_or_none()
    if row is None:
        raise FileNotArchived(facts={"case_no": case_no})
    gone = destroyed.among(session, [one["digest"] for one in row.pieces if one["digest"]])
    return {
        **_shown(session, [row])[0],
        "basis": row.basis,
        "digest": row.digest,
        "pieces": [{**one, "destroyed": one["digest"] in gone} for one in row.pieces],
        "references": archive_references.of_file(session, row),
        "supplements": _supplements(session, row.case_id),
        "loans": archive_loans.of_case(session, row.case_id),
    }


def volumes(session: Session, actor: Actor, cursor: str | None = None) -> dict[str, Any]:
    """A page of the volumes of one's agencies, newest first: the register (归档登记). Raises Forbidden."""
    asked = select(ArchiveVolume).where(ArchiveVolume.agency_code.in_(readable(session, actor)))
    if cursor is not None:
        asked = asked.where(ArchiveVolume.volume_id < int(cursor))
    asked = asked.order_by(ArchiveVolume.volume_id.desc()).limit(PAGE + 1)
    rows = list(session.execute(asked).scalars())
    held = _held(session, rows[:PAGE])
    return {
        "items": [{**_volume(row), **held[row.volume_id]} for row in rows[:PAGE]],
        "next_cursor": str(rows[PAGE - 1].volume_id) if len(rows) > PAGE else None,
    }


def volume(session: Session, actor: Actor, volume_id: int) -> dict[str, Any]:
    """One volume with its files in order (卷内目录). Raises Forbidden, VolumeNotFound."""
    codes, row = readable(session, actor), session.get(ArchiveVolume, volume_id)
    if row is None or row.agency_code not in codes:
        raise VolumeNotFound
    asked = (
        select(ArchiveItem, ArchiveManifest)
        .join(ArchiveManifest, ArchiveManifest.case_id == ArchiveItem.case_id)
        .where(ArchiveItem.volume_id == volume_id)
        .order_by(ArchiveItem.item_no)
    )
    files = session.execute(asked).all()
    corrected = archive_references.corrected_by(session, [item.case_id for item, _ in files])
    return {
        **_volume(row),
        **_held(session, [row])[volume_id],
        "agency_name": agencies.known(session, row.agency_code).name,
        "files": [
            {
                "item_no": item.item_no,
                "case_no": manifest.case_no,
                "process": manifest.process,
                "ending": manifest.ending,
                "pages": item.pages,
                "fixed_at": moment_text(manifest.fixed_at),
                "filed_at": moment_text(item.filed_at),
                "corrected_by": corrected.get(item.case_id),
            }
            for item, manifest in files
        ],
    }


def number(volume: ArchiveVolume) -> str:
    """The number of a volume (档号): agency, category, year, retention (Y for ever, D and years), volume."""
    kept = "Y" if volume.retention_years == PERMANENT else f"D{volume.retention_years}"
    first = (volume.agency_code, volume.category, str(volume.year), kept)
    return "-".join((*first, f"{volume.volume_no:04}"))


def readable(session: Session, actor: Actor) -> Sequence[str]:
    """The agencies whose archive somebody reads. Raises Forbidden where there is none."""
    decisions.require(session, actor, Act(READ, agency=actor.agency))
    codes = agencies.below(session, actor.agency)
    acts = ((code, Act(READ, agency=code)) for code in codes)
    return [code for code, act in acts if decisions.may(session, actor, act) is not None]


def _of(codes: Sequence[str]) -> Select[ArchiveManifest]:
    # By their cases, of which an index knows the agency: a manifest has that of its case.
    of_case = Case.case_id == ArchiveManifest.case_id
    return select(ArchiveManifest).join(Case, of_case).where(Case.agency_code.in_(codes))


def _filed() -> ColumnElement[bool]:
    return exists().where(ArchiveItem.case_id == ArchiveManifest.case_id)


def _page(session: Session, asked: Select[ArchiveManifest]) -> dict[str, Any]:
    ordered = asked.order_by(Case.case_id.desc()).limit(PAGE + 1)
    rows = list(session.execute(ordered).scalars())
    return {
        "items": _shown(session, rows[:PAGE]),
        "next_cursor": str(rows[PAGE - 1].case_id) if len(rows) > PAGE else None,
    }


def _shown(session: Session, rows: Sequence[ArchiveManifest]) -> list[dict[str, Any]]:
    """Files as lists show them, with their places; a few queries for all."""
    ids = [row.case_id for row in rows]
    placed = {
        item.case_id: {"volume_id": item.volume_id, "volume": number(held), "item_no": item.item_no}
        for item, held in session.execute(
            select(ArchiveItem, ArchiveVolume)
            .join(ArchiveVolume, ArchiveVolume.volume_id == ArchiveItem.volume_id)
            .where(ArchiveItem.case_id.in_(ids))
        )
    }
    lacking = archive_filing.lacking(session, rows)
    out = archive_loans.out(session, ids)
    corrected = archive_references.corrected_by(session, ids)
    return [
        {
            "case_no": row.case_no,
            "agency": row.agency_code,
            "year": row.year,
            "category": row.category,
            "process": row.process,
            "ending": row.ending,
            "retention_years": row.retention_years,
            "fixed_at": moment_text(row.fixed_at),
            "missing": lacking[row.case_id],
            "place": placed.get(row.case_id),
            "lent": row.case_id in out,
            "corrected_by": corrected.get(row.case_id),
        }
        for row in rows
    ]


def _volume(row: ArchiveVolume) -> dict[str, Any]:
    return {
        "volume_id": row.volume_id,
        "number": number(row),
        "agency": row.agency_code,
        "year": row.year,
        "category": row.category,
        "retention_years": row.retention_years,
        "volume_no": row.volume_no,
        "opened_at": moment_text(row.opened_at),
    }


def _held(session: Session, rows: Sequence[ArchiveVolume]) -> dict[int, dict[str, int]]:
    """How many files and pages each volume holds."""
    counted = (
        select(ArchiveItem.volume_id, func.count(), func.sum(ArchiveItem.pages))
        .where(ArchiveItem.volume_id.in_([row.volume_id for row in rows]))
        .group_by(ArchiveItem.volume_id)
    )
    found = {row[0]: {"count": row[1], "pages": int(row[2])} for row in session.execute(counted)}
    return {row.volume_id: found.get(row.volume_id, {"count": 0, "pages": 0}) for row in rows}


def _supplements(session: Session, case_id: int) -> list[dict[str, Any]]:
    asked = select(ArchiveSupplement).where(ArchiveSupplement.case_id == case_id)
    return [
        {
            "code": row.code,
            "form": row.form,
            "digest": row.file,
            "reason": row.reason,
            "added_by": accounts.identify(session, row.added_by)["staff_no"],
            "added_at": moment_text(row.added_at),
        }
        for row in session.execute(asked.order_by(ArchiveSupplement.supplement_id)).scalars()
    ]
