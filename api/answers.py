"""What answers hold, as the published interface says it: the shapes, not the making of them.

Routes render their answers inside the transaction, so nothing is built or checked by these models at
run time; the campaign of hostile requests holds every answer against them.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, WithJsonSchema

from api.casework.case_meeting_answers import MeetingOfCase
from api.casework.correction_answers import CorrectedByShown, CorrectsShown
from api.casework.green_answers import GreenShown
from api.casework.signable_answers import SignableShown
from api.ownership.owner_answers import ConsultationShown, OwnerShown

Moment = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
ClockName = Literal["promised", "statutory"]
Day = Annotated[str, WithJsonSchema({"type": "string", "format": "date"})]
Level = Literal[1, 2, 3]
Status = Literal[
    "awaiting_materials", "in_progress", "returned", "completed", "refused", "withdrawn"
]


class NamesShown(BaseModel):
    """A text in Chinese and English."""

    zh: str
    en: str


class ReasonShown(NamesShown):
    """Why a case has its level and route; ``rule`` is stable."""

    rule: str


class StepShown(NamesShown):
    """One line of how an amount was computed."""

    value: str
    source: str


class CaseLine(BaseModel):
    """One case in a list; ``route`` is null below level 1."""

    case_no: str
    process: str
    status: Status
    risk_level: Level
    route: str | None
    agency: str
    received_at: Moment
    accepted_at: Moment
    due_on: Day


class DeadlineShown(BaseModel):
    """How the due date was derived: from which day, how many days, which were skipped or counted."""

    starts_on: Day
    days: int
    unit: str
    skipped: list[str]
    counted_make_up_days: list[str]
    stopped: list[str] | None = Field(default=None, description="days on which it stood still")
    verified: bool
    text: NamesShown


class ClockCounted(DeadlineShown):
    """One of a case's clocks: its own last day, and how that was found."""

    due_on: Day


class ClockStop(BaseModel):
    """A stretch in which clocks stand still; ``ended_at`` is null while they do.

    ``by`` is the staff number of who ordered it, null where the case waits by itself;
    ``basis`` is what he cited.
    """

    number: int
    cause: str
    clocks: list[ClockName]
    begun_at: Moment
    ended_at: Moment | None
    by: str | None
    basis: str


class CaseDeadline(DeadlineShown):
    """When a case is due: by the clock that ends first; ``calendar`` names what it was counted with."""

    clock: ClockName | None = None
    calendar: str | None = None
    clocks: dict[ClockName, ClockCounted] | None = None
    stops: list[ClockStop] | None = None
    extended_days: int | None = None


class AgentShown(BaseModel):
    """Who acts for the applicant, masked."""

    id_no: str
    name: str


class ApplicantShown(AgentShown):
    """Whose business it is; a person is masked."""

    kind: Literal["person", "employer", "agency"]
    agent: AgentShown | None = None


class MaterialShown(BaseModel):
    """A material that was handed in; ``file`` is the digest of its scan.

    ``under``: of the applicant's own signature, the digest of the form it was given under.
    """

    code: str
    copies: int
    file: str | None
    under: str | None = None


class Waiting(BaseModel):
    """A human step that waits, and the post it is offered to."""

    task_id: str
    step: str
    post: str


class Decided(BaseModel):
    """Why a case was returned or refused; ``by`` is null where the register's change did it."""

    decision: str
    reasons: list[str]
    opinion: str
    by: str | None


class Paper(BaseModel):
    """A document that was issued, and where its PDF is."""

    number: str
    verification_code: str
    digest: str
    pdf: str


class MissingMaterial(BaseModel):
    """A material that is still to be brought."""

    code: str
    name: NamesShown


class FaultShown(BaseModel):
    """What a notice says is wrong with a material or field, in the words of the paper."""

    kind: Literal["material", "field"]
    name: str
    reason: str
    text: str


class Notice(Paper):
    """The notice of what is missing, and of what was found wrong."""

    missing: list[MissingMaterial]
    wrong: list[FaultShown]


class LateEntryShown(BaseModel):
    """Why a case accepted on paper was entered afterwards; ``images`` are digests of its scans."""

    paper_no: str
    reason: str
    code: Literal["outage", "network", "visit", "other"] | None
    images: list[str]


class PostingShown(BaseModel):
    """A line, a change or a grant that the case posts, or who is paid, masked; ``type`` says which."""

    type: Literal["line", "change", "payee", "grant", "rule"]
    subject_id: str | None
    account: str | None = None
    account_name: NamesShown | None = None
    side: Literal["debit", "credit"] | None = None
    amount_cents: int | None = None
    month: int | None = None
    memo: str | None = None
    kind: str | None = None
    subject_kind: Literal["person", "employer", "agency"] | None = None
    effective_from: Day | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    altered: list[str] | None = Field(
        default=None,
        description="the fields that a change alters: masked, two values may look alike",
    )
    whose: dict[str, str] | None = Field(
        default=None, description="of a list, whom it is about: id_no and name, masked"
    )


class AwaitedShown(BaseModel):
    """What a case waits for from outside: a message, or a timer with its last day and how that was found."""

    kind: Literal["message", "timer"]
    name: str
    title: NamesShown
    carries_data: bool | None = None
    due_on: Day | None = None
    due_at: Moment | None = None
    derivation: DeadlineShown | None = None


class PostingTotal(BaseModel):
    """How much a posting writes: lines with what they add up to, and changes."""

    lines: int
    changes: int
    debit_cents: int


class CaseShown(CaseLine):
    """One case as a signer must see it; ``seen`` is what a sign-off says it is over."""

    definition: str
    risk_table: str
    risk_reasons: list[ReasonShown]
    meeting_required: bool
    person_id: str | None
    employer_id: str | None
    accepted_by: str
    deadline: CaseDeadline
    late_entry: LateEntryShown | None
    cycle: int
    applicant: ApplicantShown
    form: dict[str, Any] = Field(description="of a long list the first rows only")
    form_rows: dict[str, int] = Field(description="how many rows each list of the form has")
    messages: dict[str, dict[str, Any]]
    materials: list[MaterialShown]
    posting: list[PostingShown] = Field(description="of a long posting the first entries only")
    posting_total: PostingTotal
    derivation: list[StepShown]
    parameters: list[dict[str, Any]]
    seen: str
    waiting: list[Waiting]
    awaited: list[AwaitedShown]
    slip: Paper | None = None
    extension: Paper | None = None
    decided: Decided | None = None
    notice: Notice | None = None
    receipt: Paper | None = None
    denial: Paper | None = None
    document: Paper | None = None
    signable: SignableShown | None = None
    meeting: MeetingOfCase | None = None
    green: GreenShown | None = None
    owner: OwnerShown | None = None
    consultations: list[ConsultationShown] | None = None
    corrects: CorrectsShown | None = None
    corrected_by: CorrectedByShown | None = None


class FindingShown(BaseModel):
    """One place where the record is not what it must be."""

    case_no: str
    row: str
    field: str
    rule: str
    stored: Any
    expected: Any


class Findings(BaseModel):
    """What verification found, empty when all holds; ``notes`` say what could not be worked out again."""

    findings: list[FindingShown]
    notes: list[FindingShown]


class Stored(BaseModel):
    """The digest by which materials refer to a stored scan."""

    file: str = Field(pattern="^[0-9a-f]{64}$")
