"""The register of processes as it is read: since when a version is in force, by which case; what comes."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from database.clock import moment_text
from engine.defining import folder_manifests, retirement
from engine.defining.definitions import Catalogue, Definition
from engine.defining.folders import SHARED
from engine.defining.retirement import Retired
from engine.office import Office
from engine.record import OPEN_STATUSES, Case
from engine.rules import rules_in_force
from engine.rules.rule_kinds import DEFINITION
from engine.rules.rules_in_force import InForce, Standing


def standing(office: Office, code: str) -> Standing | None:
    """What made the version of a process the one in force: its own folder or ``_shared``, the later one."""
    found = [
        known
        for name in (code, SHARED)
        if (known := office.in_force.standing.get((DEFINITION, name))) is not None
    ]
    return max(found, key=lambda one: (one.since, one.version_no), default=None)


def with_retired(catalogue: Catalogue, in_force: InForce) -> Catalogue:
    """A catalogue that knows what is offered no more, since when, and its last version in force.

    Raises DefinitionRefused for a text that can't be read.
    """
    found: dict[str, Retired] = {}
    for code, last in in_force.ended.items():
        known = in_force.standing[DEFINITION, code]
        said = retirement.parsed(known.content)
        found[code] = Retired(
            code,
            known.effective_from,
            said.reason,
            said.successor,
            known.basis,
            known.case_no,
            _last(catalogue, code, last),
        )
    return catalogue.using(catalogue.deployed(), catalogue.absent, found)


def _last(catalogue: Catalogue, code: str, texts: Mapping[str, str]) -> Definition | None:
    """The last version in force of a process, by its manifest and that of ``_shared``."""
    found = folder_manifests.catalogue(catalogue, texts)
    return next((one for one in found.deployed() if one.code == code), None)


def retiring(session: Session, code: str) -> date | None:
    """The day from which a process is offered no more, where that is registered and to come."""
    found = None
    for version in rules_in_force.waiting(session):
        if (version.kind, version.name) == (DEFINITION, code):
            kept = rules_in_force.text_of(session, version.digest)
            ends = kept is not None and retirement.says(kept.content)
            found = version.effective_from if ends else None
    return found


def registered(office: Office, code: str) -> dict[str, Any] | None:
    """Since when a process's version is in force, on what basis and by which case.

    None before any is, and once it is retired.
    """
    found = standing(office, code)
    if found is None or code in office.catalogue.retired:
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
