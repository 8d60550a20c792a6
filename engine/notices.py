"""What the applicant gets in writing before the end: what is missing, slip of acceptance, longer time."""

from datetime import date

from engine import documents, progress
from engine.handling import Handling


def missing_materials(work: Handling) -> None:
    """Issue the one-time notice (一次性告知) for a case whose required materials are not all there."""
    materials = {material.code: material for material in work.definition.guide.materials}
    missing = [materials[code].name.zh for code in work.content.missing]
    content = documents.notice_content(progress.about(work), missing, work.now)
    progress.issue(work, "notice", content)


def acceptance_slip(work: Handling) -> None:
    """Issue the slip (受理通知书) of a case that does not end with the visit: until when it is decided."""
    case = work.case
    content = documents.acceptance_content(
        progress.about(work),
        case.accepted_at,
        case.due_on,
        case.deadline["text"]["zh"],
        instant=case.risk_level > 1,
    )
    progress.issue(work, "acceptance", content)


def longer(work: Handling, before: date, reason: str) -> None:
    """Issue the notice (延长办理期限告知书) that a case takes longer than was said: why, and until when."""
    content = documents.extension_content(
        progress.about(work),
        reason=reason,
        before=before,
        due_on=work.case.due_on,
        derivation=work.case.deadline["text"]["zh"],
        issued_at=work.now,
    )
    progress.issue(work, "extension", content)
