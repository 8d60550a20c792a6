"""Documents in writing: content and number fixed in the transaction that makes them due, PDF on demand.

The Typst template gets the content as JSON data and never as source, so nothing an applicant wrote
can become markup. Rendering is deterministic: the same document gives the same bytes.
"""

import ctypes
import itertools
import json
import secrets
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import noto_cjk_sans_otc
from sqlalchemy import String, UniqueConstraint, bindparam, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from database import digest, own_keys, prepared, suites
from database.columns import BigId, SealedJson, UtcDateTime
from database.declarative import APPEND_ONLY, Base, table_of
from database.prepared import Prepared
from database.refusals import InvariantBroken
from engine.erasure import erased_values
from engine.paperwork import qr_code

TEMPLATES = Path(__file__).parent / "templates"
# No look-alikes (0 O 1 I L): the code is read from paper over the telephone.
_CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CODE_LENGTH = 12
# A random byte gives a letter; the few after the last whole round of the letters give none.
_LETTER_OF = bytes(ord(_CODE_LETTERS[byte % len(_CODE_LETTERS)]) for byte in range(256))
_LEFT_OUT = bytes(range(256 - 256 % len(_CODE_LETTERS), 256))
# Each with the letter that its number has after the case's.
KINDS: Mapping[str, str] = {
    "receipt": "R",
    "notice": "N",
    "acceptance": "A",
    "certificate": "C",
    "denial": "D",
    "extension": "E",
    "unaccepted": "U",
}
_compiling = threading.Lock()
# A path although the source is bytes: the package's types want both of one type.
_root: Any = str(TEMPLATES)
# glibc keeps what each compilation frees, but can't use it again for the next: a process that prints
# all day would hold a gigabyte of freed memory (measured: 1.3 GB after 8000 receipts, 14 MB of it in
# use). Giving it back takes 1 ms, every so many documents. Other C libraries have no such call.
_PRINTED_BETWEEN_TRIMS = 64
_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
_printed = itertools.count(1)


@lru_cache(maxsize=1)
def _typst() -> tuple[ModuleType, Any]:
    """Typst and its fonts, loaded where somebody prints: 14 MB, which a process that doesn't is spared."""
    import typst  # noqa: PLC0415

    folder = str(Path(noto_cjk_sans_otc.__file__).parent)
    return typst, typst.Fonts(include_system_fonts=False, font_paths=[folder])


class IssuedDocument(Base):
    """One document of a case, with everything it says.

    ``kind`` is one of ``KINDS`` and names its template; a certificate's may be its process's own.
    """

    __tablename__ = "documents"
    __table_args__ = (UniqueConstraint("case_no", "kind", "number"), APPEND_ONLY)

    document_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_no: Mapped[str] = mapped_column(String(24))
    kind: Mapped[str] = mapped_column(String(20))
    number: Mapped[str] = mapped_column(String(40))
    verification_code: Mapped[str] = mapped_column(String(20), unique=True)
    content: Mapped[dict[str, Any]] = mapped_column(SealedJson("documents.content"))
    suite: Mapped[str] = mapped_column(String(10))
    digest: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)


_DOCUMENTS = table_of(IssuedDocument)
_INSERT = Prepared(insert(_DOCUMENTS))
_LATEST = Prepared(
    select(_DOCUMENTS)
    .where(_DOCUMENTS.c.case_no == bindparam("case_no"), _DOCUMENTS.c.kind == bindparam("kind"))
    .order_by(_DOCUMENTS.c.document_id.desc())
    .limit(1)
)


def issue(
    session: Session,
    *,
    case_no: str,
    kind: str,
    ordinal: int,
    content: Mapping[str, Any],
    at: datetime,
) -> IssuedDocument:
    """Fix a document: its number, its verification code (核验码) and its content.

    ``ordinal`` tells the documents of one kind of a case apart.
    """
    number = f"{case_no}-{KINDS[kind]}{ordinal}"
    code = _new_code()
    said = {**content, "number": number, "verification_code": code}
    row = {
        "case_no": case_no,
        "kind": kind,
        "number": number,
        "verification_code": code,
        "content": said,
        "suite": suites.current().name,
        "digest": digest.digest("document", [code, said]),
        "issued_at": at,
    }
    _INSERT.write(session, row)
    return prepared.record(IssuedDocument, row)


def _new_code() -> str:
    """A verification code: any of all there are, each as likely as another."""
    letters = b""
    while len(letters) < _CODE_LENGTH:
        letters += secrets.token_bytes(2 * _CODE_LENGTH).translate(_LETTER_OF, _LEFT_OUT)
    return letters[:_CODE_LENGTH].decode()


def latest(session: Session, case_no: str, kind: str) -> IssuedDocument | None:
    """The newest document of this kind of a case."""
    found = _LATEST.records(session, IssuedDocument, {"case_no": case_no, "kind": kind})
    return next(iter(found), None)


def render(document: IssuedDocument, template: bytes | None = None) -> bytes:
    """The PDF of a document, by the shipped template of its kind or the one of its process.

    A template may read the shipped templates and nothing else of this machine. Raises InvariantBroken
    where what the row says is not what was issued under its number: it must not leave on paper.
    """
    check(document)
    source = template if template is not None else (TEMPLATES / f"{document.kind}.typ").read_bytes()
    return typeset(source, document.content, document.issued_at)


def typeset(source: bytes, content: Mapping[str, Any], moment: datetime) -> bytes:
    """The PDF of a template and what it says; the same of the same moment gives the same bytes."""
    data = json.dumps(_drawn(content), ensure_ascii=False)
    # One at a time: Typst's caches then stay warm, and two compilations don't eat both cores.
    with _compiling:
        typst, fonts = _typst()
        pdf: bytes = typst.compile(
            source,
            root=_root,
            font_paths=fonts,
            sys_inputs={"content": data},
            timestamp=int(moment.astimezone(UTC).timestamp()),
        )
        if _trim is not None and next(_printed) % _PRINTED_BETWEEN_TRIMS == 0:
            _trim(0)
    return pdf


def _drawn(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a template gets: of an issued document also the QR code of its number and verification code."""
    if "verification_code" not in content:
        return content
    number, code = content["number"], content["verification_code"]
    where = content.get("check_at")
    # After the sign #, so that no server on the way is told what only the paper's holder knows.
    said = f"{where}#{number}/{code}" if where else f"{number} {code}"
    drawn = {**content, "qr": qr_code.svg(said)}
    if content.get("evaluate_at"):
        drawn["evaluate_qr"] = qr_code.svg(content["evaluate_at"])
    return drawn


def check(document: IssuedDocument) -> None:
    """Raise InvariantBroken where what the row says is not what was issued under its number.

    Raises DocumentErased where it was erased.
    """
    if document.digest is None:  # never issued: an example, printed to look at its template
        return
    if own_keys.key_id_of_erased(document.content) is not None:
        raise erased_values.DocumentErased
    said = document.content
    suite = suites.named(document.suite)
    fixed = digest.digest("document", [document.verification_code, said], suite)
    if (said.get("number"), fixed) != (document.number, document.digest):
        raise InvariantBroken(f"document {document.number} is not what was issued")
