"""Scans of materials: content-addressed, sealed at rest, their name only a remark, never a path."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import Executable, ForeignKey, String, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from database import clock, keys
from database.columns import Sealed, UtcDateTime
from database.declarative import APPEND_ONLY, Base
from database.refusals import Invalid, InvariantBroken, NotFound
from engine.archiving import destroyed
from engine.scans.scan_store import ScanStore, is_digest

MAX_BYTES = 20 * 1024 * 1024
_CHUNK = 64 * 1024
_NAME_LENGTH = 255
# What a scan may be, told by how it begins: the name's ending and the sender's word prove nothing.
_BEGINNINGS = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"II*\x00": "image/tiff",
    b"MM\x00*": "image/tiff",
}


class StoredFile(Base):
    """A scan an agency has taken in."""

    __tablename__ = "files"
    __table_args__ = (APPEND_ONLY,)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"), primary_key=True)
    stored_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)
    size_bytes: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(Sealed("files.name"))


class FileRefused(Invalid):
    """This file can't be taken: send a PDF, PNG, JPEG or TIFF of at most 20 MiB."""

    rule = "file.refused"


class FileUnknown(Invalid):
    """A material names a file that your agency has not stored: upload it first."""

    rule = "file.unknown"


class FileNotFound(NotFound):
    """There is no such file, or it is not yours to see."""

    rule = "file.not_found"


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan that is kept: its SHA-256 (hex), size and kind."""

    digest: str
    size_bytes: int
    media_type: str


def put(scans: ScanStore, stream: BinaryIO) -> Scan:
    """Write a scan to its store, before any transaction: it takes a while and others wait for locks.

    Raises FileRefused for an empty, too large or unknown kind of file, StoreFull, StoreAway. A scan that
    no row names afterwards does no harm: nobody can reach it.
    """
    content = _counted(stream)
    if not content:
        raise FileRefused("The file is empty.", rule="file.empty")
    if len(content) > MAX_BYTES:
        raise FileRefused(f"The file is larger than {MAX_BYTES // 1024**2} MiB.", rule="file.large")
    media_type = next(
        (kind for begins, kind in _BEGINNINGS.items() if content.startswith(begins)), None
    )
    if media_type is None:
        raise FileRefused("The file is no PDF, PNG, JPEG or TIFF.", rule="file.type")
    digest = hashlib.sha256(content).hexdigest()
    # Renewed first: then nobody takes it for abandoned while it is looked at.
    if not (scans.renew(digest) and _intact(scans, digest)):
        scans.write(digest, keys.current().seal("file", content))
    return Scan(digest, len(content), media_type)


def keep(session: Session, account_id: int, agency: str, scan: Scan, name: str) -> str:
    """Register a scan for an agency and answer its digest, by which materials refer to it."""
    session.execute(
        _insert_if_new(session),
        {
            "digest": scan.digest,
            "agency_code": agency,
            "stored_by": account_id,
            "stored_at": clock.now(session),
            "size_bytes": scan.size_bytes,
            "media_type": scan.media_type,
            # A remark; half a character (a lone surrogate) can't be stored and isn't worth a refusal.
            "name": name[:_NAME_LENGTH].encode(errors="replace").decode(),
        },
    )
    return scan.digest


def check(session: Session, digests: Sequence[str | None], agency: str) -> None:
    """Raise FileUnknown naming every digest the agency has not stored, by its place among materials.

    A scan that was destroyed after retention is none any more: who needs it again scans the paper anew.
    """
    wanted = list(dict.fromkeys(digest for digest in digests if digest is not None))
    formed = [digest for digest in wanted if is_digest(digest)]
    if not wanted:
        return
    stored = set(
        session.execute(
            select(StoredFile.digest).where(
                StoredFile.agency_code == agency,
                StoredFile.digest.in_(formed),
                destroyed.still_kept(StoredFile.digest),
            )
        ).scalars()
    )
    unknown = [digest for digest in wanted if digest not in stored]
    if unknown:
        message = "is not stored by your agency: upload it first"
        raise FileUnknown(
            errors=[
                {
                    "field": f"materials.{digests.index(digest)}.file",
                    "message": message,
                    "rule": "file.unknown",
                }
                for digest in unknown
            ],
            facts={"files": unknown},
        )


def read(
    session: Session, agencies: Sequence[str], digest: str, scans: ScanStore
) -> tuple[bytes, str]:
    """(content, media type) of a scan one of these agencies stored. Raises FileNotFound, StoreAway.

    What was stored must still be there and have its digest: InvariantBroken otherwise.
    """
    if not is_digest(digest):
        raise FileNotFound
    media_type = session.execute(
        select(StoredFile.media_type)
        .where(StoredFile.digest == digest, StoredFile.agency_code.in_(agencies))
        .where(destroyed.still_kept(StoredFile.digest))
        .limit(1)
    ).scalar_one_or_none()
    if media_type is None:
        raise FileNotFound
    return _opened(sealed(scans, digest), digest), media_type


def sealed(scans: ScanStore, digest: str) -> bytes:
    """A scan as it was sealed. Raises ScanGone (an InvariantBroken), StoreAway."""
    if not is_digest(digest):
        raise InvariantBroken("a row names a file by what is no digest")
    return scans.read(digest)


def check_sealed(digest: str, content: bytes) -> None:
    """Raise InvariantBroken unless these sealed bytes open, and are the scan of this digest."""
    _opened(content, digest)


def put_sealed(scans: ScanStore, digest: str, content: bytes) -> None:
    """Write a scan back as it was sealed. Raises InvariantBroken as ``check_sealed``, StoreFull."""
    check_sealed(digest, content)
    scans.write(digest, content)


def _counted(stream: BinaryIO) -> bytes:
    """What the stream holds, up to one byte more than is allowed: a sender's length proves nothing."""
    chunks: list[bytes] = []
    left = MAX_BYTES + 1
    while left and (chunk := stream.read(min(_CHUNK, left))):
        chunks.append(chunk)
        left -= len(chunk)
    return b"".join(chunks)


def _insert_if_new(session: Session) -> Executable:
    """Insert unless the agency has this scan already, or another upload of it comes first."""
    # Both databases speak this sentence, but SQLAlchemy says it in two dialects.
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(StoredFile).on_conflict_do_nothing()
    return sqlite.insert(StoredFile).on_conflict_do_nothing()


def _intact(scans: ScanStore, digest: str) -> bool:
    """Whether the scan is there and right: one that was spoiled is written again."""
    try:
        _opened(scans.read(digest), digest)
    except InvariantBroken:
        return False
    return True


def _opened(stored: bytes, digest: str) -> bytes:
    """The scan as it was taken in. Raises InvariantBroken where it was cut or altered."""
    if len(stored) < keys.NONCE_BYTES:
        raise InvariantBroken(f"the stored file {digest[:12]}… is cut")
    content = keys.current().open("file", stored)
    if hashlib.sha256(content).hexdigest() != digest:
        raise InvariantBroken(f"the stored file {digest[:12]}… is not what its digest says")
    return content
