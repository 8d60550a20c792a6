"""What the register of rules answers, as the published document says it."""

from typing import Literal

from pydantic import BaseModel

from api.answers import NamesShown

Kind = Literal["risk_table", "parameters", "calendar", "definition"]


class RuleNamed(BaseModel):
    """A rule by its kind and name."""

    kind: Kind
    name: str


class ProcessEnded(BaseModel):
    """Why a process is offered no more, and the code of the one that takes its place."""

    reason: str
    successor: str | None


class RuleLine(RuleNamed):
    """A rule in force: which version, since when, on what basis and by which case (None: its first).

    ``retired`` is said of a process that is offered no more.
    """

    version: int
    digest: str
    effective_from: str
    since: str
    basis: str
    case_no: str | None
    installed_differs: bool
    retired: ProcessEnded | None


class RuleToCome(RuleNamed):
    """A version that is registered for a later day.

    ``retires`` is whether it ends a process; ``taken_back``, whether a later one of the same day does.
    """

    digest: str
    effective_from: str
    case_no: str | None
    retires: bool
    taken_back: bool


class RuleApplication(RuleNamed):
    """An application that is under way."""

    case_no: str
    status: str
    digest: str
    effective_on: str
    basis: str
    applied_by: str
    retires: bool


class RuleRegister(BaseModel):
    """The register: what is in force and to come, what is installed and isn't registered, applications."""

    items: list[RuleLine]
    not_registered: list[RuleNamed]
    to_come: list[RuleToCome]
    under_way: list[RuleApplication]


class RuleTextAnswer(RuleNamed):
    """A text that is kept by its digest, and in force by nothing yet."""

    digest: str


class RuleChangeAnswer(BaseModel):
    """The case of an application."""

    case_no: str
    status: str


class RuleWay(BaseModel):
    """How a case goes by one version of a rule, as far as that rule decides it.

    ``steps`` are those of each way it can take, where a process is changed.
    """

    risk_level: int | None
    route: str | None
    steps: list[list[str]] | None
    total_cents: int | None
    due_on: str | None
    refused: str | None


class RuleEffectLine(BaseModel):
    """A case that would have gone another way."""

    case_no: str
    process: str
    agency: str
    accepted_on: str
    differs: list[str]
    before: RuleWay
    after: RuleWay


class RuleEffect(BaseModel):
    """Of the cases since a day, how many would have gone another way; the first of them.

    ``unknown`` could not be worked out again.
    """

    since: str
    cases: int
    other: int
    unknown: int
    items: list[RuleEffectLine]


class DifferenceLine(BaseModel):
    """A line of a text beside the text before."""

    kind: Literal["removed", "added", "same", "place"]
    text: str


class DefinitionWay(BaseModel):
    """Who signs at a level and on a route, in order, on each way that a case can take, and the verdict."""

    risk_level: int
    route: str | None
    verdict: str
    steps: list[list[str]]


class DefinitionProcess(BaseModel):
    """A process that a change is about: the digests before and after, what the proof says, and its ways."""

    code: str
    name: NamesShown
    definition: str
    definition_before: str | None
    verdict: str
    states: int
    found: str | None
    ways: list[DefinitionWay]


class DefinitionFile(BaseModel):
    """A file that differs: its SHA-256 before and after, None where it isn't there, and its lines."""

    name: str
    before: str | None
    after: str | None
    difference: list[DifferenceLine]


class DefinitionChange(BaseModel):
    """What a changed process folder says; ``open_cases`` stay on the versions that they began with."""

    processes: list[DefinitionProcess]
    files: list[DefinitionFile]
    open_cases: int


class CodeNamed(BaseModel):
    """A process by its code, and its name where it is known here."""

    code: str
    name: NamesShown | None


class RiskEntry(BaseModel):
    """What the risk table says of a process."""

    risk_level: int
    route: str | None


class GrantNamed(BaseModel):
    """A grant for one process, to a post or to a person."""

    grant_id: int
    agency: str
    post: str | None
    staff_no: str | None
    act: str


class ProcessRetirement(BaseModel):
    """The end of a process and what it touches: ``open_cases`` are finished, their ``timers`` run on.

    ``drafts`` at windows can't be accepted any more; ``guides`` are other processes that speak of it;
    ``risk_entry`` stays until the risk table is changed. The first 50 grants are listed.
    """

    process: CodeNamed
    reason: str
    successor: CodeNamed | None
    in_force: bool
    open_cases: int
    timers: int
    drafts: int
    grants: list[GrantNamed]
    grants_count: int
    guides: list[CodeNamed]
    risk_entry: RiskEntry | None


class RuleProposal(RuleTextAnswer):
    """A text beside the one in force, and what it would have done; None where it is ``refused``, and why."""

    difference: list[DifferenceLine]
    retirement: ProcessRetirement | None
    definition: DefinitionChange | None
    effect: RuleEffect | None
    refused: str | None
