"""Inspections in an office of a test: samples, findings and their answers, as often as they are wanted."""

from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from oversight.auditing import inspection_record as inspection
from tests.people import Hall

SAMPLES, FINDINGS = "/api/audit/samples", "/api/audit/findings"
SAID = {"text": "材料缺少盖章"}


def sample_body(**other: Any) -> dict[str, Any]:
    """A sample of the first seal that may be drawn again and again."""
    return {"seal_no": 1, "seed": "2026128", "per_stratum": 1, **other}


def sample(hall: Hall, **other: Any) -> str:
    """A new sample's id; a seal must cover an acceptance."""
    return str(hall.A101.post(SAMPLES, sample_body(**other), status=201)["sample_id"])


def finding(hall: Hall, case_no: str) -> str:
    """A new lead on a case of 990101; its id."""
    said = {"case_no": case_no, **SAID}
    return str(hall.A101.post(FINDINGS, said, status=201)["finding_id"])


def answered(hall: Hall, case_no: str) -> str:
    """A finding that its agency has answered."""
    number = finding(hall, case_no)
    hall.S101.post(f"{FINDINGS}/{number}/answer", SAID)
    return number


def forget(session: Session) -> None:
    """Take every inspection away, as whoever removes the seals that they stand on has to."""
    for model in (
        inspection.Rectification, inspection.AuditFinding, inspection.SampleItem, inspection.Sample
    ):  # fmt: skip
        session.execute(delete(model))
