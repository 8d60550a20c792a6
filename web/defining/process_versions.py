"""Versions of a process compared: the deployed one beside an earlier one that is kept for its cases.

Of the earlier version only files are read, once its digest holds; none of its code runs here.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from lxml import etree
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Asking
from database.refusals import NotFound
from engine.defining import archive, diagrams, folders, guides, verdicts
from engine.defining.definitions import Definition
from engine.defining.diagrams import Diagram, DiagramRefused, Diagrams
from engine.defining.folders import Folder
from engine.defining.loading import DIAGRAM
from engine.office import Office
from web import languages, pages
from web.defining import process_diagram

router = APIRouter(include_in_schema=False)

SUFFIX = ".bpmn"
GUIDE = "guide.yaml"


class VersionNotFound(NotFound):
    """This version isn't kept here, or was altered: the process's page lists those there are."""

    rule = "definition.not_kept"


@dataclass(frozen=True, slots=True)
class Version:
    """A version that is kept, since when, and what the proof last said of it."""

    digest: str
    proved_at: datetime
    proven: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """A file, a field of the guide or an element of a diagram: its name, and how it was and is."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """One diagram in one version, with what of it differs."""

    name: str
    xml: str
    marks: Sequence[str]


@dataclass(frozen=True, slots=True)
class Changed:
    """One diagram in both versions, either None where that version has none; and what differs."""

    before: Drawn | None
    after: Drawn | None
    elements: Sequence[Difference]


def earlier(session: Session, office: Office, found: Definition) -> list[Version]:
    """The versions of a process before the deployed one that are kept here, the newest first."""
    shown: dict[str, Version] = {}
    for row in verdicts.history(session, found.code):
        kept = archive.find(office.data_dir, row.definition)
        if row.definition != found.digest and row.definition not in shown and kept is not None:
            proven = row.verdict == verdicts.PROVEN
            shown[row.definition] = Version(row.definition, row.proved_at, proven)
    return list(shown.values())


@router.get("/processes/{code}/versions/{digest}")
def show(request: Request, code: str, digest: str, caller: Asking) -> Response:
    """An earlier version beside the deployed one. Raises UnknownProcess, VersionNotFound."""
    with caller.reading() as reading:
        found = reading.office.catalogue.known_at(code)
        versions = earlier(reading.session, reading.office, found)
        version = next((one for one in versions if one.digest == digest), None)
        place = archive.find(reading.office.data_dir, digest)
        if version is None or place is None:
            raise VersionNotFound
        before = folders.read(*place)
        if before.digest != digest:
            raise VersionNotFound
        return pages.page(
            request,
            "processes/version.html",
            reading,
            code=found.code,
            names=found.names,
            version=version,
            deployed=found.digest,
            now_proven=_is_proven(reading.office, found),
            files=_files(before, found.folder),
            guide=_guide(before, found),
            changed=diagrams_of(before, found, languages.of(request)),
        )


def _is_proven(office: Office, found: Definition) -> bool:
    """Whether cases may start on a deployed definition."""
    said = office.verdicts.get(found.digest)
    return said is not None and said["verdict"] == verdicts.PROVEN


def _differing(before: Mapping[str, str], after: Mapping[str, str]) -> list[Difference]:
    names = dict.fromkeys([*before, *after])
    pairs = ((name, before.get(name, ""), after.get(name, "")) for name in names)
    return [Difference(name, was, now) for name, was, now in pairs if was != now]


def _files(before: Folder, after: Folder) -> list[Difference]:
    def listed(folder: Folder) -> dict[str, str]:
        own = {name: folders.fingerprint(each) for name, each in folder.files.items()}
        shared = {
            f"{folders.SHARED}/{name}": folders.fingerprint(each)
            for name, each in folder.shared.items()
        }
        return own | shared

    return _differing(listed(before), listed(after))


def _guide(before: Folder, found: Definition) -> list[Difference]:
    text = before.files[GUIDE].decode("utf-8")
    was = guides.parse(text, GUIDE).model_dump(mode="json")
    return _differing(_texts(was), _texts(found.guide.model_dump(mode="json")))


def _texts(fields: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)
        for name, value in fields.items()
    }


def diagrams_of(before: Folder, found: Definition, language: str) -> list[Changed] | None:
    """The diagrams that differ; None where the earlier ones can't be read by what is known now."""
    files = {
        name: each
        for group in (before.files, before.shared)
        for name, each in sorted(group.items())
        if name.endswith(SUFFIX) and name != DIAGRAM
    }
    try:
        drawn = diagrams.read(
            {DIAGRAM: before.files[DIAGRAM], **files}, frozenset(found.fact_names)
        )
    except DiagramRefused:
        return None
    was, now = _by_id(drawn), _by_id(found.model.diagrams)
    compared = [
        _compared(was.get(one), now.get(one), language) for one in dict.fromkeys([*was, *now])
    ]
    return [one for one in compared if one.elements]


def _by_id(drawn: Diagrams) -> dict[str, Diagram]:
    return {diagram.process_id: diagram for diagram in drawn.used()}


def _compared(was: Diagram | None, now: Diagram | None, language: str) -> Changed:
    differing = _differing(_elements(was), _elements(now))
    names = [one.name for one in differing]
    return Changed(_drawn(was, names, language), _drawn(now, names, language), differing)


def _drawn(diagram: Diagram | None, names: Sequence[str], language: str) -> Drawn | None:
    if diagram is None:
        return None
    tree = process_diagram.with_posts_named(diagram.tree, language)
    marks = [name for name in names if name in diagram.nodes or name in diagram.flows]
    return Drawn(diagram.name, etree.tostring(tree, encoding="unicode"), marks)


def _elements(diagram: Diagram | None) -> dict[str, str]:
    """Each node and flow of a diagram as text, but for the line it stands on."""
    if diagram is None:
        return {}
    said = {
        node.id: " · ".join(
            each
            for each in (
                node.kind,
                node.name,
                node.lane,
                node.default,
                node.calls,
                node.operation,
                node.message,
            )
            if each
        )
        for node in diagram.nodes.values()
    }
    for flow in diagram.flows.values():
        when = flow.condition
        condition = f" · {when.fact} {when.operator} {when.literal}" if when else ""
        said[flow.id] = f"{flow.source} → {flow.target}{condition}"
    return said
