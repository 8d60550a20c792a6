"""What signatures cover: the digest of what a signer sees, and what the journal says of a new cycle."""

from typing import Any

from database import digest
from engine.handling import Handling
from engine.record import Case, CaseContent


def seen(handling: Handling) -> str:
    """The digest of what a signer sees: content, posting, definition, level and every sign-off so far."""
    return seen_digest(handling.case, handling.content)


def seen_digest(case: Case, content: CaseContent) -> str:
    """As ``seen``, for readers without a Handling."""
    return digest.digest(
        "seen",
        {
            "case_no": case.case_no,
            "cycle": case.cycle,
            "form": content.form_digest,
            "materials": content.materials_digest,
            "posting": content.posting_digest,
            "definition": case.definition,
            "risk_level": case.risk_level,
            "route": case.route,
            "last_sign_off": case.last_sign_off,
            "status": case.status,
        },
    )


def of_cycle(handling: Handling) -> dict[str, Any]:
    """What the journal says of a new cycle: level, route and the digests sign-offs will cover."""
    case, content = handling.case, handling.content
    return {
        "cycle": case.cycle,
        "risk_level": case.risk_level,
        "route": case.route,
        "meeting_required": case.meeting_required,
        "due_on": case.due_on.isoformat(),
        "calendar": case.deadline.get("calendar"),
        "form": content.form_digest,
        "materials": content.materials_digest,
        "posting": content.posting_digest,
    }
