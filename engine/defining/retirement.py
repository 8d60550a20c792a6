"""The end of a process (停办) as the register of rules writes it: its text in the place of a manifest.

A line that says so, why, and where clients go instead. From its day on no case begins on the process; those
that are open end on the version they began with, and every version of it stays kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from database.refusals import Conflict
from engine.defining import folders
from engine.defining.definition import Definition
from engine.defining.located import DefinitionRefused

LONGEST_REASON = 400
_HEAD = "retired"
_REASON, _SUCCESSOR = "reason: ", "successor: "


@dataclass(frozen=True, slots=True)
class Retirement:
    """Why a process is offered no more, and the code of the process that takes its place, if one does."""

    reason: str
    successor: str | None = None


@dataclass(frozen=True, slots=True)
class Retired:
    """A process that is offered no more: since which day, on what basis, by which case.

    ``definition`` is its last version in force; None where this node can't load it.
    """

    code: str
    since: date
    reason: str
    successor: str | None
    basis: str
    case_no: str | None
    definition: Definition | None


class ProcessRetired(Conflict):
    """This business is not offered any more: no new case of it begins, open ones are finished."""

    rule = "process.retired"


def refusal(found: Retired) -> ProcessRetired:
    """The refusal of a new case: since when, why, and which process takes its place."""
    instead = "" if found.successor is None else f" {found.successor} takes its place."
    since = found.since.isoformat()
    return ProcessRetired(
        f"{found.code} has not been offered since {since} ({found.reason}).{instead} Cases that are open are "
        "finished; the province may take it up again by registering a version of it.",
        facts={
            "process": found.code,
            "since": since,
            "reason": found.reason,
            "successor": found.successor,
            "case_no": found.case_no,
        },
    )


def says(text: str) -> bool:
    """Whether a text of the register ends a process; any other is the manifest of its folder."""
    return text.partition("\n")[0] == _HEAD


def written(found: Retirement) -> str:
    """The text by which a process ends."""
    successor = "" if found.successor is None else f"{_SUCCESSOR}{found.successor}\n"
    return f"{_HEAD}\n{_REASON}{found.reason}\n{successor}"


def parsed(text: str) -> Retirement:
    """What such a text says. Raises DefinitionRefused for one that ``written`` doesn't write."""
    lines = text.split("\n")
    named = [line.removeprefix(_SUCCESSOR) for line in lines[2:3] if line.startswith(_SUCCESSOR)]
    reason = lines[1].removeprefix(_REASON) if len(lines) > 1 else ""
    found = Retirement(reason, named[0] if named else None)
    if written(found) != text or not reason.strip() or len(reason) > LONGEST_REASON:
        why = "is no end of a process: retired, its reason, and at most its successor, a line each"
        raise DefinitionRefused("retirement", None, "", why)
    if found.successor is not None and not folders.CODE.fullmatch(found.successor):
        raise DefinitionRefused("retirement", 3, "successor", "is no code of a process")
    return found


def manifests(texts: Mapping[str, str]) -> dict[str, str]:
    """Of these texts by folder the manifests: what is retired has none."""
    return {name: text for name, text in texts.items() if not says(text)}
