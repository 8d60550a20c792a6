"""What the routes of inspections answer (see ``answers``)."""

from typing import Literal

from pydantic import BaseModel

from api.answers import Day, Moment


class SampleLine(BaseModel):
    """A sample: what it was drawn from, of how many cases, and how many were drawn."""

    sample_id: int
    agency: str
    seal_no: int
    root: str
    seed: str
    per_stratum: int
    first_on: Day | None
    last_on: Day | None
    eligible: int
    cases: int
    drawn_by: str
    drawn_at: Moment


class DrawnCase(BaseModel):
    """A case of a sample, its stratum, its mark, and how many findings were raised on it."""

    place: int
    case_no: str
    risk_level: int
    process: str
    teller: str
    mark: str
    findings: int


class SampleShown(SampleLine):
    """A sample with its cases."""

    items: list[DrawnCase]


class SamplePage(BaseModel):
    """A page of samples."""

    items: list[SampleLine]
    next_cursor: str | None


class FindingStep(BaseModel):
    """A step of putting a finding right."""

    kind: Literal["answered", "returned", "closed"]
    text: str
    by: str
    at: Moment


class InspectionLine(BaseModel):
    """A finding as it stands."""

    finding_id: int
    kind: Literal["finding", "lead"]
    case_no: str
    agency: str
    sample_id: int | None
    text: str
    raised_by: str
    raised_at: Moment
    status: Literal["open", "answered", "returned", "closed"]
    steps: list[FindingStep]


class InspectionFinding(InspectionLine):
    """A finding, and the steps that its reader may take now."""

    may: list[str]


class FindingPage(BaseModel):
    """A page of findings."""

    items: list[InspectionLine]
    next_cursor: str | None
