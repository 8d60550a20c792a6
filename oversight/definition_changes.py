"""What a changed process folder says: its files beside those in force, the proof's verdict, who signs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from engine.defining import definition_register, folder_manifests, folders, verdicts, ways
from engine.defining.definitions import Definition
from engine.defining.folders import SHARED
from engine.office import Office
from engine.rules import rule_difference
from engine.rules.rule_kinds import DEFINITION

Contents = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Changed:
    """One process that a change is about: the version before it, None for a new one, and the one after."""

    before: Definition | None
    after: Definition


def of_text(office: Office, name: str, was: str, becomes: str) -> list[Changed]:
    """The processes that a manifest changes: its own, and by ``_shared`` all; those that are on this node.

    ``was`` is empty for a new one. Raises DefinitionRefused for what is no manifest.
    """
    standing = {
        code: known.content
        for (kind, code), known in office.in_force.standing.items()
        if kind == DEFINITION and code != name
    }
    before = folder_manifests.catalogue(office.catalogue, standing | ({name: was} if was else {}))
    after = folder_manifests.catalogue(office.catalogue, standing | {name: becomes})
    known = {one.code: one for one in before.deployed()}
    return [
        Changed(known.get(one.code), one) for one in after.deployed() if name in {SHARED, one.code}
    ]


def shown(session: Session, office: Office, name: str, changed: list[Changed]) -> dict[str, Any]:
    """As JSON: the processes with their verdicts, the files that differ, the open cases that stay."""
    codes = [one.after.code for one in changed]
    digests = [one.after.digest for one in changed]
    return {
        "processes": [_process(office, one) for one in changed],
        "files": [] if not changed else list(_files(name, changed[0])),
        "open_cases": definition_register.open_elsewhere(session, codes, digests),
    }


def _process(office: Office, one: Changed) -> dict[str, Any]:
    said = office.prove(one.after, office.risk)
    return {
        "code": one.after.code,
        "name": {"zh": one.after.names.zh, "en": one.after.names.en},
        "definition": one.after.digest,
        "definition_before": one.before and one.before.digest,
        "verdict": said["verdict"],
        "states": said["states"],
        "found": verdicts.finding(said) or None,
        "ways": [_way(office, one.after, level) for level in said["levels"]],
    }


def _way(office: Office, definition: Definition, level: Mapping[str, Any]) -> dict[str, Any]:
    found = ways.of(definition, office.risk, level["risk_level"], level["route"] or "", {})
    return {
        "risk_level": level["risk_level"],
        "route": level["route"],
        "verdict": level["verdict"],
        "steps": [[step.step for step in way] for way in found],
    }


def _files(name: str, one: Changed) -> Iterator[dict[str, Any]]:
    """The files of the folder that differ, each line by line."""
    before, after = _of_folder(name, one.before), _of_folder(name, one.after)
    for file in sorted({*before, *after}):
        was, becomes = before.get(file), after.get(file)
        if was != becomes:
            yield {
                "name": f"{name}/{file}",
                "before": None if was is None else folders.fingerprint(was),
                "after": None if becomes is None else folders.fingerprint(becomes),
                "difference": rule_difference.lines(_read(was), _read(becomes)),
            }


def _of_folder(name: str, definition: Definition | None) -> Contents:
    if definition is None:
        return {}
    return definition.folder.shared if name == SHARED else definition.folder.files


def _read(content: bytes | None) -> str:
    return (content or b"").decode("utf-8", "replace")
