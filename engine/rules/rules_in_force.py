"""Which version of each rule is in force: the one that was started last. Read once for each new state.

Whoever begins a version, or registers one, begins a new policy epoch with it: so every node sees at its next
request that there is something to read.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from authz import epoch
from database import clock
from database.refusals import InvariantBroken
from engine import office_record
from engine.defining import retirement
from engine.defining.folders import SHARED
from engine.rules import rule_kinds
from engine.rules.rule_kinds import DEFINITION, Key, Texts
from engine.rules.rule_record import NOTED, RuleStart, RuleText, RuleVersion

STARTED = "rule_started"


@dataclass(frozen=True, slots=True)
class Standing:
    """A version that is in force, since when and by which case."""

    version_no: int
    digest: str
    content: str
    effective_from: date
    since: datetime
    basis: str
    case_no: str | None


@dataclass(frozen=True, slots=True)
class InForce:
    """What is in force by rule; ``last_start`` names that state, 0 where nothing is registered yet.

    ``ended`` are the manifests that were in force last of processes that are offered no more, each with that
    of ``_shared`` of then.
    """

    last_start: int = 0
    standing: Mapping[Key, Standing] = field(default_factory=dict)
    ended: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def texts(self) -> Texts:
        """The texts by rule."""
        return {key: found.content for key, found in self.standing.items()}


def last_start(session: Session) -> int:
    """What names the state of now."""
    return session.execute(select(func.max(RuleStart.start_no))).scalar_one() or 0


def read(session: Session) -> InForce:
    """What is in force. Raises InvariantBroken for a text that is not what its digest says."""
    found = (
        select(RuleStart.start_no, RuleStart.started_at, RuleVersion, RuleText.content)
        .join(RuleVersion, RuleVersion.version_no == RuleStart.version_no)
        .join(RuleText, RuleText.digest == RuleVersion.digest)
        .order_by(RuleStart.start_no)
    )
    last = 0
    standing: dict[Key, Standing] = {}
    ended: dict[str, Mapping[str, str]] = {}
    for start_no, started_at, version, content in session.execute(found):
        last = start_no
        if version.kind == DEFINITION:
            _end(ended, standing, version.name, content)
        standing[version.kind, version.name] = Standing(
            version.version_no,
            version.digest,
            content,
            version.effective_from,
            started_at,
            version.basis,
            version.case_no,
        )
    for (kind, name), one in standing.items():
        if rule_kinds.digest_of(kind, name, one.content) != one.digest:
            raise InvariantBroken(f"the text of the rule {kind} {name} was altered in the database")
    return InForce(last, standing, ended)


def _end(
    ended: dict[str, Mapping[str, str]], standing: Mapping[Key, Standing], name: str, content: str
) -> None:
    """Keep what was in force of a process when a text ends it, until another one takes it up again."""
    if not retirement.says(content):
        ended.pop(name, None)
    elif name not in ended:
        before = ((each, standing.get((DEFINITION, each))) for each in (name, SHARED))
        ended[name] = {each: known.content for each, known in before if known is not None}


def text_of(session: Session, digest: str) -> RuleText | None:
    """A kept text. Raises InvariantBroken for one that is not what its digest says."""
    found = session.get(RuleText, digest)
    if found is not None and rule_kinds.digest_of(found.kind, found.name, found.content) != digest:
        raise InvariantBroken(f"the rule text {digest[:12]}… was altered in the database")
    return found


def waiting(session: Session) -> list[RuleVersion]:
    """The versions that are registered and not in force yet, in the order in which they begin."""
    begun = select(RuleStart.version_no)
    found = select(RuleVersion).where(RuleVersion.version_no.not_in(begun))
    ordered = found.order_by(RuleVersion.effective_from, RuleVersion.version_no)
    return list(session.execute(ordered).scalars())


def before(session: Session, case_no: str) -> str | None:
    """The text that was in force before the one of a case; None where that isn't in force by it."""
    own = (
        select(RuleStart.start_no, RuleVersion.kind, RuleVersion.name)
        .join(RuleVersion, RuleVersion.version_no == RuleStart.version_no)
        .where(RuleVersion.case_no == case_no)
    )
    begun = session.execute(own).one_or_none()
    if begun is None:
        return None
    earlier = (
        select(RuleText.content)
        .join(RuleVersion, RuleVersion.digest == RuleText.digest)
        .join(RuleStart, RuleStart.version_no == RuleVersion.version_no)
        .where(
            RuleVersion.kind == begun.kind,
            RuleVersion.name == begun.name,
            RuleStart.start_no < begun.start_no,
        )
        .order_by(RuleStart.start_no.desc())
        .limit(1)
    )
    return session.execute(earlier).scalar_one_or_none() or ""


def due(session: Session, today: date) -> list[int]:
    """Of those that wait, whose day has come, in their order."""
    return [row.version_no for row in waiting(session) if row.effective_from <= today]


def start(session: Session, agency: str, version_nos: Collection[int]) -> None:
    """Put these versions in force, in this order, and journal it in the agency's stream."""
    now = clock.now(session)
    begun = [RuleStart(version_no=version_no, started_at=now) for version_no in version_nos]
    for one in begun:
        session.add(one)
        # One after the other: the numbers say which is the latest.
        session.flush()
    versions = [session.get_one(RuleVersion, version_no) for version_no in version_nos]
    told = [f"{one.kind} {one.name}" for one in versions]
    cases = [one.case_no for one in versions if one.case_no is not None]
    detail = {"rules": told, "cases": cases, "at": clock.moment_text(now)}
    office_record.note(session, agency, STARTED, begun, detail=detail, noted=NOTED)
    epoch.bump(session)


def keep(session: Session, kind: str, name: str, text: str) -> str:
    """Keep a text for ever, once, by its digest."""
    digest = rule_kinds.digest_of(kind, name, text)
    if text_of(session, digest) is None:
        row = {"digest": digest, "kind": kind, "name": name, "content": text}
        session.execute(insert(RuleText), row | {"kept_at": clock.now(session)})
    return digest
