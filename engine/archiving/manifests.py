"""The manifest of an ended case (归档目录): every piece of its file by digest, fixed as it ends.

The classes are the standard's: year, category, step of the business (年度–类别–业务环节; GB/T 31599-2015).
A manifest holds no personal data: what it names, it names by code and digest.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    String,
    bindparam,
    insert,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Mapped, mapped_column

from database import clock, digest, suites, wall
from database.clock import office_date
from database.columns import Json, UtcDateTime
from database.declarative import ONLY_GROWS, Base, table_of
from database.direct_slots import set_directly
from database.prepared import Prepared
from engine.defining.guides import Guide
from engine.handling import Handling
from engine.ownership.consultation_record import ConsultationAnswer
from engine.paperwork.documents import IssuedDocument
from engine.record import Case, CaseContent, SignedScan, of_case

# In ``retention_years``: kept for ever (永久).
PERMANENT = 0
COMPLETED = "completed"
# The kind of a piece that is another case's file: the one that this case corrects.
REFERENCE = "reference"


class ArchiveManifest(Base):
    """What the file of an ended case consists of; ``missing`` are required pieces that have no scan.

    ``year`` is that of its ending (形成年度), from the end of which ``retention_years`` run; ``basis`` is the
    source of the retention period, as the guide of the case's own version says.
    """

    __tablename__ = "archive_manifests"
    __table_args__ = (
        CheckConstraint("retention_years IN (0,10,30,50,100)", name="retention"),
        CheckConstraint("ending IN ('completed','refused','withdrawn')", name="ending"),
        {"info": ONLY_GROWS},
    )

    case_id: Mapped[int] = mapped_column(of_case(), primary_key=True)
    case_no: Mapped[str] = mapped_column(String(24))
    agency_code: Mapped[str] = mapped_column(String(6))
    year: Mapped[int]
    category: Mapped[str] = mapped_column(String(20))
    process: Mapped[str] = mapped_column(String(40))
    ending: Mapped[str] = mapped_column(String(20))
    retention_years: Mapped[int]
    basis: Mapped[dict[str, Any]] = mapped_column(Json)
    pieces: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    missing: Mapped[list[str]] = mapped_column(Json)
    fixed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    suite: Mapped[str] = mapped_column(String(10))
    digest: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True, slots=True)
class Cycle:
    """What one cycle of a case has: its number, the digest of its form, its materials."""

    cycle: int
    form_digest: str
    materials: Sequence[Mapping[str, Any]]


@set_directly
@dataclass(frozen=True, slots=True)
class Recorded:
    """What a case holds as it ends: its cycles (the present one last), sign-offs, scans, documents.

    ``issued`` are (kind, number, digest), ``scans`` the digests of forms signed by hand, ``consulted`` the
    (post, digest) of answers to questions that were asked about it, ``corrects`` (number, digest of its
    manifest) is the case that a completed correction corrects; the digest is None where it has no manifest.
    """

    cycles: Sequence[Cycle]
    last_sign_off: str
    sign_off_count: int
    scans: Sequence[str]
    issued: Sequence[tuple[str, str, str]]
    consulted: Sequence[tuple[str, str]] = ()
    corrects: tuple[str, str | None] | None = None


@dataclass(frozen=True, slots=True)
class Before:
    """What a case holds before its outcome is written, as ``Recorded`` says it; the earlier cycles."""

    cycles: Sequence[Cycle] = ()
    scans: Sequence[str] = ()
    issued: Sequence[tuple[str, str, str]] = ()
    consulted: Sequence[tuple[str, str]] = ()


_NOTHING = Before()
_TABLE, _CONTENTS = table_of(ArchiveManifest), table_of(CaseContent)
_DOCUMENTS, _SCANS = table_of(IssuedDocument), table_of(SignedScan)
_ANSWERS = table_of(ConsultationAnswer)
_INSERT = Prepared(insert(_TABLE))
_DIGESTED = tuple(c.key for c in _TABLE.columns if c.key not in ("case_id", "suite", "digest"))
_EARLIER = Prepared(
    select(_CONTENTS.c.cycle, _CONTENTS.c.form_digest, _CONTENTS.c.materials)
    .where(_CONTENTS.c.case_id == bindparam("case_id"), _CONTENTS.c.cycle < bindparam("cycle"))
    .order_by(_CONTENTS.c.cycle)
)
# Documents, forms signed by hand and answers in one question: mostly there is one document and nothing else.
_CAME = union_all(
    select(
        literal_column("'issued'").label("part"),
        _DOCUMENTS.c.document_id.label("place"),
        _DOCUMENTS.c.kind.label("code"),
        _DOCUMENTS.c.number,
        _DOCUMENTS.c.digest,
    ).where(_DOCUMENTS.c.case_no == bindparam("case_no")),
    select(literal_column("'scan'"), _SCANS.c.seq, null(), null(), _SCANS.c.file).where(
        _SCANS.c.case_id == bindparam("case_id")
    ),
    select(
        literal_column("'answer'"),
        _ANSWERS.c.consultation_id,
        _ANSWERS.c.post,
        null(),
        _ANSWERS.c.digest,
    ).where(_ANSWERS.c.case_id == bindparam("case_id")),
).subquery()
_HELD = Prepared(select(_CAME).order_by(_CAME.c.part, _CAME.c.place))


def ahead(work: Handling) -> None:
    """Announce that ``before`` will be asked for."""
    if work.case.sequence > 1:
        _HELD.ahead(work.session, _named(work))


def _named(work: Handling) -> dict[str, Any]:
    return {"case_no": work.case.case_no, "case_id": work.case.case_id}


def before(work: Handling) -> Before:
    """What the case holds; one that was accepted in this very request has nothing to be read."""
    case, session = work.case, work.session
    if case.sequence == 1:
        return _NOTHING
    ahead(work)
    earlier = []
    if case.cycle > 1:
        earlier = _EARLIER.all(session, {"case_id": case.case_id, "cycle": case.cycle})
    held = _HELD.all(session, _named(work))
    return Before(
        cycles=[Cycle(*row) for row in earlier],
        issued=[(row.code, row.number, row.digest) for row in held if row.part == "issued"],
        scans=[row.digest for row in held if row.part == "scan"],
        consulted=[(row.code, row.digest) for row in held if row.part == "answer"],
    )


def fix(work: Handling, before: Before) -> str:
    """Fix the manifest of a case that has just ended, and journal its digest, which is answered.

    ``before`` is what the case held before its outcome was written. ``oversight.archived`` works the manifest
    out again from the record.
    """
    case, guide = work.case, work.definition.guide
    held = _recorded(work, before)
    row: dict[str, Any] = {
        "case_id": case.case_id,
        "case_no": case.case_no,
        "agency_code": case.agency_code,
        "year": office_date(work.now).year,
        "category": case.category,
        "process": case.process,
        "ending": case.status,
        **retention(guide),
        "pieces": pieces(guide, held),
        "missing": missing(guide, held) if case.status == COMPLETED else [],
        "fixed_at": work.now,
        "suite": suites.current().name,
    }
    row["digest"] = record_digest(row)
    _INSERT.write(work.session, row)
    work.note_automatic("manifest", digest=row["digest"], pieces=len(row["pieces"]))
    return str(row["digest"])


def retention(guide: Guide) -> dict[str, Any]:
    """How long a case of this guide is kept, and by what source: both as the manifest says them."""
    years = guide.retention.years
    return {
        "retention_years": PERMANENT if years == "permanent" else years,
        "basis": guide.retention.basis.said,
    }


def record_digest(row: Mapping[str, Any]) -> str:
    """The digest of a manifest: over all its columns but ``case_id``, ``suite`` and ``digest``."""
    said = {name: row[name] for name in _DIGESTED}
    said["fixed_at"] = clock.moment_text(row["fixed_at"])
    return digest.digest("manifest", said, suites.named(row["suite"]))


def pieces(guide: Guide, held: Recorded) -> list[dict[str, Any]]:
    """Every piece of the file, numbered in the order in which it is filed.

    The application, the approval form (审批表) as the last of its chained sign-offs, superiors' answers
    (批复), the materials in the guide's order, scans that were replaced, forms signed by hand, the documents
    issued, the file that a correction refers to (参见). ``digest`` is None for a material that was handed in
    on paper and not scanned.
    """
    found = [_piece("application", "form", held.cycles[-1].form_digest)]
    if held.sign_off_count:
        count = held.sign_off_count
        found.append(_piece("approval", "sign_offs", held.last_sign_off, count=count))
    found += [_piece("consultation", post, said) for post, said in held.consulted]
    found += _materials(guide, held.cycles)
    found += [_piece("signed_form", "scan", file) for file in held.scans]
    found += [_piece("document", kind, said, number=no) for kind, no, said in held.issued]
    if held.corrects is not None:
        case_no, said = held.corrects
        found.append(_piece(REFERENCE, "corrects", said, number=case_no))
    return [{"no": number, **piece} for number, piece in enumerate(found, 1)]


def missing(guide: Guide, held: Recorded) -> list[str]:
    """The codes of required materials of which the file has no scan."""
    scanned = {one["code"] for one in held.cycles[-1].materials if one["file"] is not None}
    return [code for code in guide.required if code not in scanned]


def _materials(guide: Guide, cycles: Sequence[Cycle]) -> Iterable[dict[str, Any]]:
    order, last = guide.listed, (len(guide.materials), None)
    seen: set[tuple[str, str | None]] = set()
    for which in reversed(cycles):
        replaced = {} if which is cycles[-1] else {"replaced_in": which.cycle + 1}
        for one in sorted(which.materials, key=lambda m: order.get(m["code"], last)[0]):
            code, file = one["code"], one["file"]
            # Of an earlier cycle only a scan that none after it has.
            if (code, file) in seen or (replaced and file is None):
                continue
            seen.add((code, file))
            asked = order.get(code, last)[1]
            form = "copy" if asked is None else asked.form
            yield _piece("material", code, file, form=form, copies=one["copies"], **replaced)


def _piece(kind: str, code: str, said: str | None, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "code": code, "digest": said, **more}


def _recorded(work: Handling, before: Before) -> Recorded:
    case = work.case
    present = Cycle(case.cycle, work.content.form_digest, work.content.materials)
    known = {number for _, number, _ in before.issued}
    new = [(one.kind, one.number, one.digest) for one in work.issued if one.number not in known]
    return Recorded(
        cycles=[*before.cycles, present],
        last_sign_off=case.last_sign_off,
        sign_off_count=case.sign_off_count,
        scans=before.scans,
        issued=[*before.issued, *new],
        consulted=before.consulted,
        corrects=_corrects(work),
    )


def _corrects(work: Handling) -> tuple[str, str | None] | None:
    said = work.content.posting.get("corrects")
    if said is None or work.case.status != COMPLETED:
        return None
    # What is corrected may have ended at another agency.
    with wall.whole(work.session):
        ids = select(Case.case_id).where(Case.case_no == said["case_no"])
        asked = select(ArchiveManifest.digest).where(ArchiveManifest.case_id.in_(ids))
        return said["case_no"], work.session.execute(asked).scalar_one_or_none()
