"""The documents that were issued in somebody's cases: which, when, and in which case."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from database import clock, wall
from database.clock import moment_text
from engine.paperwork.documents import IssuedDocument
from engine.record import Case


def issued(session: Session, subject_id: str, on: date | None = None) -> list[dict[str, Any]]:
    """Documents about a person or employer, newest first; ``on``: those issued by the end of that day."""
    asked = (
        select(
            IssuedDocument.kind,
            IssuedDocument.number,
            IssuedDocument.issued_at,
            Case.case_no,
            Case.process,
        )
        .join(Case, Case.case_no == IssuedDocument.case_no)
        .where(Case.subject_id == subject_id)
        .order_by(IssuedDocument.document_id.desc())
    )
    if on is not None:
        asked = asked.where(IssuedDocument.issued_at < clock.day_ends(on))
    # The register follows people through the province: so do the papers that they were given.
    with wall.whole(session):
        found = session.execute(asked).all()
    return [
        {
            "kind": row.kind,
            "number": row.number,
            "process": row.process,
            "issued_at": moment_text(row.issued_at),
            "case_no": row.case_no,
        }
        for row in found
    ]
