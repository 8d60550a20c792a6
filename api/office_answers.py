"""What answers about people and the office hold, as the published interface says it (see ``answers``)."""

from typing import Any, Literal

from pydantic import BaseModel, Field

from api.answers import Day, Level, Moment, NamesShown


class StoodInShown(BaseModel):
    """A post that somebody does for an absent colleague today."""

    post: str
    agency: str
    absent: str


class SignedIn(BaseModel):
    """Who signed in; the token is told this once."""

    token: str
    staff_no: str
    name: str
    agency: str
    section: str | None
    posts: list[str]
    stood_in: list[StoodInShown]
    factor_missing: bool = Field(
        description="a post demands a second factor: nothing else goes before one is enrolled"
    )


class SignedOut(BaseModel):
    """Whose sessions have all ended: he signs in anew, with his new password."""

    staff_no: str
    signed_in: bool


class ResetAnswer(BaseModel):
    """An application for a lost password; the caller's half of the code is told this once."""

    reset_id: int
    staff_no: str
    code_part: str


class ResetShown(BaseModel):
    """An open application for a lost password."""

    reset_id: int
    staff_no: str
    name: str
    agency: str
    reason: str
    applied_by: str
    applied_at: str
    confirmed_at: str | None


class ResetPage(BaseModel):
    """The open applications for lost passwords, oldest first."""

    items: list[ResetShown]


class Missing(BaseModel):
    """What keeps this node from serving, and what to do."""

    what: str
    detail: str


class Readiness(BaseModel):
    """Whether this node can serve; ``noted``: what somebody should know though it does."""

    status: Literal["ready", "not ready"]
    missing: list[Missing]
    noted: list[Missing]


class ProcessLine(BaseModel):
    """A business this office can handle."""

    code: str
    name: NamesShown
    category: str
    risk_level: Level
    timing: Literal["instant", "limited"]
    time_limit_days: int


class CounterExample(BaseModel):
    """A shortest path that breaks a rule of the proof: element ids, and what was decided on the way."""

    rule: str
    detail: list[str]
    path: list[dict[str, Any]]
    elements: list[str]


class ProofOfLevel(BaseModel):
    """The verdict for one level and route."""

    risk_level: int
    route: str | None
    verdict: Literal["proven", "refused"]
    states: int
    counter_example: CounterExample | None


class Proof(BaseModel):
    """The verdict over a definition, by the proof's rules of this version; cases start on a proven one."""

    verdict: Literal["proven", "refused"]
    rules: str
    states: int
    levels: list[ProofOfLevel]
    drawing: CounterExample | None


class ProcessNamed(BaseModel):
    """A business by its code and name."""

    code: str
    name: NamesShown


class MessageDeclared(BaseModel):
    """A message from outside that carries data: its schema, and the materials that may come with it."""

    name: NamesShown
    schema_: dict[str, Any] = Field(alias="schema")
    materials: list[str]
    needed: bool


class Registered(BaseModel):
    """Since when a version is in force, on what basis and by which case; the first one has none."""

    version: int
    effective_from: str
    since: str
    basis: str
    case_no: str | None


class ProcessRetiredShown(BaseModel):
    """Since when a business is offered no more, why, on what basis, and the one that takes its place."""

    since: str
    reason: str
    successor: str | None
    basis: str
    case_no: str | None


class ProcessShown(ProcessLine):
    """One business: its guide, its form, and the digest that names this version."""

    applicant: list[Literal["person", "employer"]]
    national_item_code: str | None
    bundle: list[ProcessNamed]
    bundled_in: list[ProcessNamed]
    guide: dict[str, Any]
    materials: list[dict[str, Any]]
    form_schema: dict[str, Any]
    messages: dict[str, MessageDeclared]
    digest: str
    proof: Proof | None
    registered: Registered | None
    retired: ProcessRetiredShown | None


class GrantAnswer(BaseModel):
    """A grant that was applied for or revoked; one under way has no number yet.

    ``status`` is that of the case until there is an entry, then how the entry stands.
    """

    grant_id: int | None
    case_no: str | None
    status: str


class GrantShown(GrantAnswer):
    """One entry of the grant register, for a post or one member of staff, a process or a class."""

    staff_no: str | None
    post: str | None
    agency: str
    section: str | None
    process: str | None
    handling: Literal["instant", "limited"] | None = Field(alias="class")
    act: str
    valid_from: Day
    valid_to: Day | None
    amount_limit_cents: int | None
    basis: str
    reason: str | None
    applied_by: str | None
    granted_by: str | None
    granted_at: Moment | None
    revoked_at: Moment | None
    revocation_reason: str | None


class GrantPage(BaseModel):
    """A page of the grant register."""

    items: list[GrantShown]
    next_cursor: str | None


class DeviationShown(BaseModel):
    """A person's grant that the others of his post don't have: for what, why, since when, until when."""

    staff_no: str
    agency: str
    process: str | None
    handling: Literal["instant", "limited"] | None = Field(alias="class")
    act: str
    amount_limit_cents: int | None
    reason: str | None
    since: Day
    until: Day | None
    grant_id: int
    case_no: str | None


class Deviations(BaseModel):
    """Who may do otherwise than the others of his post."""

    items: list[DeviationShown]


class StandInAnswer(BaseModel):
    """A stand-in that was registered or ended."""

    stand_in_id: int
    status: Literal["pending", "standing_by", "effective", "over", "ended"]


class StandInShown(StandInAnswer):
    """One entry of the register of stand-ins: who does which post for whom, from when to when."""

    absent: str
    deputy: str
    post: str
    agency: str
    since: Day = Field(alias="from")
    until: Day = Field(alias="to")
    reason: str
    only_when_absent: bool
    registered_by: str
    registered_at: Moment
    ended_at: Moment | None


class StandInPage(BaseModel):
    """A page of the register of stand-ins."""

    items: list[StandInShown]
    next_cursor: str | None


class DemoPerson(BaseModel):
    """An invented person to try something with."""

    id_no: str
    name: str
    good_for: str


class DemoEmployer(BaseModel):
    """An invented employer."""

    uscc: str
    name: str
    good_for: str


class DemoNewcomer(BaseModel):
    """An invented person or employer that isn't on the register yet; ``id_no`` is the credit code too."""

    kind: Literal["person", "employer"]
    id_no: str
    name: str
    good_for: str


class Demo(BaseModel):
    """What a demo office shows to try; the examples are bodies of ``POST /api/cases`` by process."""

    persons: list[DemoPerson]
    employers: list[DemoEmployer]
    newcomers: list[DemoNewcomer]
    examples: dict[str, list[dict[str, Any]]]
