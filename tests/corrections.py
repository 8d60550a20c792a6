"""Cases that correct others: their bodies, and how they come through their signatures."""

from collections.abc import Sequence
from typing import Any

from tests.people import Hall

SIGNERS = ("R101", "D101", "Z101")
# By post, of the county and the city above it.
SIGNER = {
    "reviewer": "R101",
    "deputy_director": "D101",
    "director": "Z101",
    "city_approver": "P001",
    "city_head": "H001",
}
RESOLUTION = {
    "minutes_no": "示范市处会纪〔2026〕9号",
    "date": "2026-11-02",
    "attendees": ["华振国", "严峻", "施雯"],
    "decision": "同意",
}


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


def signed(hall: Hall, case: Any) -> Any:
    """The case once everybody signed for whom it waits; where it waits for somebody outside, as it stands."""
    while case["waiting"] and case["waiting"][0]["post"] in SIGNER:
        post = case["waiting"][0]["post"]
        said = {"resolution": RESOLUTION} if post == "city_head" else {}
        case = getattr(hall, SIGNER[post]).sign(case["case_no"], **said)
    return case


def leave_row(hall: Hall, nth: int = 2) -> tuple[Any, Any]:
    """A case of level 3 and the correction of it, which recalls its receipt."""
    original = hall.example("person_info_change_general", 3, nth=nth)
    case = completed(hall, original)
    said = body(original, case["case_no"], [case["receipt"]["number"]])
    return case, hall.T101.accept(said)
