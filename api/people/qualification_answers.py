"""What answers about qualifications and relatives hold, as the published interface says it."""

from typing import Literal

from pydantic import BaseModel, Field

from api.answers import Day, Moment, NamesShown

Kind = Literal["training", "certificate"]


class QualificationAnswer(BaseModel):
    """An entry of the register of qualifications that was made or struck out."""

    record_id: int
    status: Literal["entered", "struck_out"]


class QualificationShown(QualificationAnswer):
    """One training or certificate of a member of staff."""

    staff_no: str
    name: str
    agency: str
    kind: Kind
    subject: str
    title: NamesShown
    done_on: Day
    valid_to: Day | None
    hours: int | None
    result: Literal["passed", "failed"]
    certificate_no: str | None
    basis: str
    entered_at: Moment
    struck_out_at: Moment | None
    reason: str | None


class QualificationPage(BaseModel):
    """A page of the register of qualifications."""

    items: list[QualificationShown]
    next_cursor: str | None


class RefresherShown(BaseModel):
    """How a subject of one's training stands; ``due_on`` is the day by which it is repeated."""

    subject: str
    title: NamesShown
    last_on: Day | None
    due_on: Day | None
    state: Literal["missing", "overdue", "soon", "current"]


class MyQualifications(BaseModel):
    """One's own entries, and how one's training stands."""

    items: list[QualificationShown]
    refreshers: list[RefresherShown]


class RunningOut(BaseModel):
    """What somebody lacks for a post, or soon will; ``on`` is since when, or from when."""

    staff_no: str
    name: str
    agency: str
    post: str
    kind: Kind
    subject: str
    title: NamesShown
    state: Literal["missing", "expired", "overdue", "ends", "due"]
    on: Day


class RunningOutAnswer(BaseModel):
    """What runs out at one's agency and those below, the worst first."""

    items: list[RunningOut]


class DutyAnswer(BaseModel):
    """A duty that was entered."""

    duty_id: int


class DutyShown(DutyAnswer):
    """What a post takes, from when to when."""

    post: str
    kind: Kind
    subject: str
    title: NamesShown
    since: Day = Field(alias="from")
    until: Day | None = Field(alias="to")
    basis: str


class DutiesAnswer(BaseModel):
    """What posts take."""

    items: list[DutyShown]


class RelativeAnswer(BaseModel):
    """A declaration of a relative that was made or ended."""

    declaration_id: int
    status: Literal["pending", "effective", "over"]


class RelativeShown(RelativeAnswer):
    """One declared relative, masked, with the member of staff who keeps out of his business."""

    staff_no: str
    agency: str
    id_no: str
    name: str
    relation: Literal["spouse", "parent", "child", "sibling", "in_law", "other"]
    since: Day = Field(alias="from")
    until: Day | None = Field(alias="to")
    declared_at: Moment


class RelativePage(BaseModel):
    """A page of the declarations."""

    items: list[RelativeShown]
    next_cursor: str | None


class MyRelatives(BaseModel):
    """One's own declarations."""

    items: list[RelativeShown]
