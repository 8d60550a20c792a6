"""Holds each case against the register of processes: it began on the version in force when it was accepted.

That the register itself is as signed ``registered_rules`` sees; cases from before there was any began on what
was deployed, and nothing is held against them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.defining import folder_manifests
from engine.defining.folders import SHARED
from engine.record import Case
from engine.rules.rule_kinds import DEFINITION
from engine.rules.rule_record import RuleStart, RuleText, RuleVersion
from oversight.findings import Finding, Findings
from oversight.unreadable import SPOILED

# Clocks of two nodes differ, and an acceptance may be under way while a version begins.
NEAR = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Versions:
    """The digest of each process that was in force, from when on, by code; ``first`` is when any was.

    None from when on it was retired.
    """

    first: datetime | None = None
    by_code: Mapping[str, Sequence[tuple[datetime, str | None]]] = field(default_factory=dict)

    def at(self, code: str, moment: datetime) -> list[str | None]:
        """What was in force at a moment or close to it, the latest last."""
        known = self.by_code.get(code, ())
        ends = [*(begun for begun, _ in known[1:]), datetime.max.replace(tzinfo=moment.tzinfo)]
        return [
            digest
            for (begun, digest), end in zip(known, ends, strict=True)
            if begun - NEAR <= moment and moment - NEAR <= end
        ]


def load(session: Session) -> Versions:
    """The register of processes through time; nothing of it where a text can't be read."""
    asked = (
        select(RuleStart.started_at, RuleText.name, RuleText.content)
        .join(RuleVersion, RuleVersion.version_no == RuleStart.version_no)
        .join(RuleText, RuleText.digest == RuleVersion.digest)
        .where(RuleText.kind == DEFINITION)
        .order_by(RuleStart.start_no)
    )
    texts: dict[str, str] = {}
    found: dict[str, list[tuple[datetime, str | None]]] = {}
    first = None
    for begun, name, content in session.execute(asked):
        first = first or begun
        texts[name] = content
        # A process's own text changes its own digest, or ends it; ``_shared`` is part of every one.
        told = texts if name == SHARED else {at: texts[at] for at in (name, SHARED) if at in texts}
        before = found if name == SHARED else (name,)
        try:
            digests = dict.fromkeys(before) | folder_manifests.digests(told)
        except SPOILED:
            # That it was altered is told of the register.
            return Versions()
        for code, digest in digests.items():
            known = found.setdefault(code, [])
            if not known or known[-1][1] != digest:
                known.append((begun, digest))
    return Versions(first, found)


def check(versions: Versions, case: Case) -> Findings:
    """The case began on a version of its process that was in force."""
    if versions.first is None or case.accepted_at < versions.first:
        return
    allowed = versions.at(case.process, case.accepted_at)
    if case.definition not in allowed:
        wanted = allowed[-1] if allowed else None
        pair = (case.definition, wanted)
        yield Finding(case.case_no, "cases", "definition", "definition.not_in_force", *pair)
