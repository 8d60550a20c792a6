"""What answers about drafts, reasons, openings and signed scans hold, as published (see ``answers``)."""

from typing import Any

from pydantic import BaseModel, Field

from api.answers import Moment, NamesShown


class DraftSaved(BaseModel):
    """A draft that was kept, without what it says."""

    draft_id: str
    process: str
    saved_at: Moment


class DraftShown(DraftSaved):
    """A draft as it was typed; for its owner only."""

    content: dict[str, Any]


class DraftList(BaseModel):
    """One's own drafts, the latest first, without what they say."""

    items: list[DraftSaved]


class ReasonChoice(NamesShown):
    """A coded reason of a decision."""

    code: str


class ReasonChoices(BaseModel):
    """The reasons to choose from, by decision."""

    returned: list[ReasonChoice] = Field(alias="return")
    refuse: list[ReasonChoice]


class OpeningShown(BaseModel):
    """One thing that was opened, and when first."""

    what: str
    at: Moment


class Openings(BaseModel):
    """What the caller opened of a case since it last changed."""

    opened: list[OpeningShown]


class SignedScanShown(BaseModel):
    """A scan of a form signed by hand; ``sign_offs`` is how many the case had then."""

    seq: int
    file: str
    cycle: int
    sign_offs: int
    added_by: str
    added_at: Moment


class SignedScans(BaseModel):
    """The scans of a case, in the order they were added."""

    items: list[SignedScanShown]
