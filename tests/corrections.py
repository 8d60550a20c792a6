"""Cases that correct others: their bodies, and how they come through their signatures."""

from collections.abc import Sequence
from typing import Any

from tests.people import Hall

SIGNERS = ("R101", "D101", "Z101")


def body(
    original: dict[str, Any],
    corrected: str,
    papers: Sequence[str] = (),
    reason: str = "office_error",
) -> dict[str, Any]:
    """The application that corrects a case; ``original`` is the body by which that one was accepted."""
    return {
        "process": "case_correction",
        "applicant": original["applicant"],
        "form": {
            "corrected_case": corrected,
            "reason_code": reason,
            "explanation": "录入与原件不一致，予以更正",
            "papers": [{"number": number} for number in papers],
        },
        "materials": [{"code": "error_record"}],
    }


def completed(hall: Hall, original: dict[str, Any], signers: Sequence[str] = ()) -> Any:
    """A case that was accepted and signed by all it takes."""
    case = hall.T101.accept(original)
    for name in signers:
        case = getattr(hall, name).sign(case["case_no"])
    assert case["status"] == "completed"
    return case
