"""What the 审批表 says of who answers for a case, and of questions to superiors with their answers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from authz.offices import accounts
from authz.offices.posts import POSTS
from engine.ownership import consultation_record, owner_record
from engine.paperwork import paper_words
from engine.paperwork.document_contents import office_time
from engine.record import AGENCY, Case


def owner(session: Session, case: Case) -> str:
    """Name and staff number of who answers for the case; nobody does for the office's own registers."""
    if case.subject_kind == AGENCY:
        return paper_words.NOTHING
    return staff(accounts.identify(session, owner_record.of_case(session, case).account_id))


def consultations(session: Session, case: Case) -> list[dict[str, str]]:
    """What was asked of superiors about the case, and what they said (请示、批复)."""
    return [
        {
            "post": POSTS.get(one["asked_post"], one["asked_post"]),
            "question": one["question"],
            "asked_by": staff(one["asked_by"]),
            "asked_at": office_time(datetime.fromisoformat(one["asked_at"])),
            "answer": one["answer"],
            "answered_by": staff(one["answered_by"]),
            "answered_at": office_time(datetime.fromisoformat(one["answered_at"])),
        }
        for one in consultation_record.of_case(session, case)
        if one["answer"] is not None
    ]


def staff(found: Mapping[str, Any]) -> str:
    """Somebody by name and number."""
    return f"{found['name']} {found['staff_no']}"
