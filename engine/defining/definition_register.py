"""The register of processes as it is read: since when a version is in force, by which case; what comes."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from database.clock import moment_text
from engine.defining import folder_manifests
from engine.defining.folders import SHARED
from engine.office import Office
from engine.record import OPEN_STATUSES, Case
from engine.rules import rules_in_force
from engine.rules.rule_kinds import DEFINITION
from engine.rules.rules_in_force import Standing


def standing(office: Office, code: str) -> Standing | None:
    """What made the version of a process the one in force: its own folder or ``_shared``, the later one."""
    found = [
        known
        for name in (code, SHARED)
        if (known := office.in_force.standing.get((DEFINITION, name))) is not None
    ]
    return max(found, key=lambda one: (one.since, one.version_no), default=None)


def registered(office: Office, code: str) -> dict[str, Any] | None:
    """Since when a process's version is in force, on what basis and by which case; None before any is."""
    found = standing(office, code)
    if found is None:
        return None
    return {
        "version": found.version_no,
        "effective_from": found.effective_from.isoformat(),
        "since": moment_text(found.since),
        "basis": found.basis,
        "case_no": found.case_no,
    }


def coming(session: Session, code: str) -> list[dict[str, Any]]:
    """What is registered for a later day of a process, or of ``_shared``, and by which case."""
    return [
        {
            "name": version.name,
            "effective_from": version.effective_from.isoformat(),
            "case_no": version.case_no,
        }
        for version in rules_in_force.waiting(session)
        if version.kind == DEFINITION and version.name in {code, SHARED}
    ]


def to_come(session: Session, office: Office) -> list[str]:
    """The digests of the versions that are registered for a later day, as they follow on each other."""
    texts = {
        name: known.content
        for (kind, name), known in office.in_force.standing.items()
        if kind == DEFINITION
    }
    found: dict[str, None] = {}
    for version in rules_in_force.waiting(session):
        if version.kind == DEFINITION:
            kept = rules_in_force.text_of(session, version.digest)
            texts[version.name] = "" if kept is None else kept.content
            found |= dict.fromkeys(folder_manifests.digests(texts).values())
    return list(found)


def open_elsewhere(session: Session, codes: list[str], digests: list[str]) -> int:
    """How many open cases of these processes stay on versions other than these."""
    asked = select(func.count()).where(
        Case.process.in_(codes),
        Case.status.in_(OPEN_STATUSES),
        Case.definition.not_in(digests),
    )
    return session.execute(asked).scalar_one()
