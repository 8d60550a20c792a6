"""What is written into the register of qualifications, and whether an entry makes sense."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from authz.granting.grant_entry import IsoDate
from authz.offices.posts import POSTS
from authz.qualifying import qualification_rules
from authz.qualifying.qualification_record import TRAINING
from database.refusals import Invalid

_ENTRY = ConfigDict(
    strict=True, extra="forbid", frozen=True, str_strip_whitespace=True, populate_by_name=True
)
Wrong = tuple[str, str, str]


class QualificationEntry(BaseModel):
    """A training or certificate to be entered: whose, of what, since when, until when it counts.

    ``subject`` of a training is ``integrity``, ``policy`` or ``courtesy``; of a certificate its name.
    ``hours`` are lessons; ``valid_to`` the last day, where there is one.
    """

    model_config = _ENTRY

    staff_no: str = Field(min_length=1, max_length=32)
    kind: Literal["training", "certificate"]
    subject: str = Field(min_length=1, max_length=40)
    done_on: IsoDate
    valid_to: IsoDate | None = None
    hours: int | None = Field(default=None, ge=1, le=1000)
    result: Literal["passed", "failed"] = "passed"
    certificate_no: str | None = Field(default=None, min_length=1, max_length=60)
    basis: str = Field(min_length=1, max_length=400)


class DutyEntry(BaseModel):
    """What a post takes from a day on; a later entry of the same three replaces an earlier one in whole."""

    model_config = _ENTRY

    post: str = Field(min_length=1, max_length=32)
    kind: Literal["training", "certificate"]
    subject: str = Field(min_length=1, max_length=40)
    since: IsoDate = Field(validation_alias="from", serialization_alias="from")
    until: IsoDate | None = Field(default=None, validation_alias="to", serialization_alias="to")
    basis: str = Field(min_length=1, max_length=400)


class QualificationInvalid(Invalid):
    """The entry is not right; each field says why."""

    rule = "qualification.invalid"


def refuse(wrong: list[Wrong]) -> None:
    """Raise QualificationInvalid where anything is wrong, with all of it."""
    if wrong:
        errors = [{"field": f, "message": m, "rule": r} for f, m, r in wrong]
        raise QualificationInvalid(errors=errors)


def entry_errors(entry: QualificationEntry, today: date) -> list[Wrong]:
    """What of a training or certificate makes no sense."""
    errors = _subject_errors(entry.kind, entry.subject)
    if entry.done_on > today:
        errors.append(("done_on", "lies ahead: enter what was done", "qualification.dates"))
    if entry.valid_to is not None and entry.valid_to < entry.done_on:
        errors.append(("valid_to", "lies before its first day", "qualification.dates"))
    return errors


def duty_errors(entry: DutyEntry) -> list[Wrong]:
    """What of a duty makes no sense."""
    errors = _subject_errors(entry.kind, entry.subject)
    if entry.post not in POSTS:
        errors.append(("post", f"one of: {', '.join(POSTS)}", "qualification.post"))
    if entry.until is not None and entry.until < entry.since:
        errors.append(("to", "lies before from", "qualification.dates"))
    return errors


def _subject_errors(kind: str, subject: str) -> list[Wrong]:
    subjects = qualification_rules.shipped().subjects
    if kind == TRAINING and subject not in subjects:
        return [("subject", f"one of: {', '.join(subjects)}", "qualification.subject")]
    return []
