"""What answers about the archive look like: files, volumes, loans, disposal lists."""

from typing import Any, Literal

from pydantic import BaseModel, Field

from api.answers import Day, Moment

Ending = Literal["completed", "refused", "withdrawn"]
Kept = Field(description="0: for ever")


class Place(BaseModel):
    """Where a file stands."""

    volume_id: int
    volume: str
    item_no: int


class FileShown(BaseModel):
    """A file as lists show it; ``missing`` are required pieces that nobody brought yet.

    ``corrected_by`` is the number of the case that corrected this one.
    """

    case_no: str
    agency: str
    year: int
    category: str
    process: str
    ending: Ending
    retention_years: int = Kept
    fixed_at: Moment
    missing: list[str]
    place: Place | None
    lent: bool
    corrected_by: str | None


class FilePage(BaseModel):
    """A page of files, newest first."""

    items: list[FileShown]
    next_cursor: str | None


class SupplementShown(BaseModel):
    """A piece that was brought afterwards."""

    code: str
    form: Literal["scan", "paper"]
    digest: str | None
    reason: str
    added_by: str
    added_at: Moment


class LoanShown(BaseModel):
    """Who has or had a file."""

    loan_id: int
    case_no: str
    kind: Literal["lend", "read"]
    borrower: str
    purpose: str
    due_on: Day | None
    lent_at: Moment
    returned_at: Moment | None
    overdue: bool
    corrected_by: str | None


class ReferenceShown(BaseModel):
    """Another file that this one refers to; ``here``: its reader finds that one in the archive too."""

    kind: Literal["corrects", "corrected_by"]
    case_no: str
    digest: str | None = Field(description="digest of the other file's manifest")
    at: Moment
    here: bool


class FileWhole(FileShown):
    """One file with its manifest, references, supplements and loans."""

    basis: dict[str, Any]
    digest: str
    pieces: list[dict[str, Any]]
    references: list[ReferenceShown]
    supplements: list[SupplementShown]
    loans: list[LoanShown]


class Filed(BaseModel):
    """Where a case was put."""

    case_no: str
    volume_id: int
    volume_no: int
    item_no: int


class FilingDone(BaseModel):
    """Where the cases were put."""

    filed: list[Filed]


class VolumeShown(BaseModel):
    """A volume, and how much it holds."""

    volume_id: int
    number: str
    agency: str
    year: int
    category: str
    retention_years: int = Kept
    volume_no: int
    opened_at: Moment
    count: int
    pages: int


class VolumePage(BaseModel):
    """A page of volumes, newest first."""

    items: list[VolumeShown]
    next_cursor: str | None


class InVolume(BaseModel):
    """A file in its volume."""

    item_no: int
    case_no: str
    process: str
    ending: Ending
    pages: int
    fixed_at: Moment
    filed_at: Moment
    corrected_by: str | None


class VolumeWhole(VolumeShown):
    """One volume with its files in order."""

    agency_name: str
    files: list[InVolume]


class LoanPage(BaseModel):
    """A page of the lending and reading log, newest first."""

    items: list[LoanShown]
    next_cursor: str | None


class LoanNoted(BaseModel):
    """The number of what was noted."""

    loan_id: int


class DisposalStepShown(BaseModel):
    """What somebody said of a list, or did about it."""

    kind: Literal["appraise", "approve", "reject", "destroy"]
    opinion: str
    by: str
    at: Moment


class DisposalWitnessShown(BaseModel):
    """Who watches a list being carried out, and when he said so."""

    by: str
    at: Moment


class DisposalShown(BaseModel):
    """A disposal list; ``opinions`` of three are given."""

    list_id: int
    agency: str
    cases: int
    digest: str
    made_by: str
    made_at: Moment
    status: Literal["open", "rejected", "approved", "destroyed"]
    opinions: int
    scans_destroyed: int
    steps: list[DisposalStepShown]
    witnesses: list[DisposalWitnessShown]


class DisposalPage(BaseModel):
    """A page of disposal lists, newest first."""

    items: list[DisposalShown]
    next_cursor: str | None


class ListedFile(BaseModel):
    """A file on a disposal list."""

    case_no: str
    year: int
    category: str
    process: str
    retention_years: int
    digest: str


class DisposalWhole(DisposalShown):
    """One disposal list with its files."""

    files: list[ListedFile]
