"""``tongban prove``: the verdict over process definitions, from their files alone."""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

from api import composition, shipped
from api.settings import Settings
from engine.defining import diagrams, loading
from engine.defining.diagrams import ENGINE_FACTS, Diagrams
from engine.rules import risk
from engine.rules.risk_file import RiskTable
from oversight.proof import proving, words

PROVEN, REFUSED = 0, 1
DIAGRAM = ".bpmn"
_COMPARED = re.compile(r"\b([a-z][a-z0-9_]{0,59})\s*(?:==|!=|<=|>=|<|>)")


def prove(parsed: argparse.Namespace, settings: Settings) -> int:
    """Prove what is deployed, or the diagrams and folders named; 0 proven, 1 a counter-example.

    Raises DefinitionRefused and DiagramRefused with file, line, element and reason.
    """
    table = risk.load(settings.risk_levels or shipped.risk_levels())
    found = []
    for code, drawn in _asked(parsed.paths, settings):
        verdict = proving.prove(drawn, table, code, level=parsed.level)
        found.append({"process": code, **verdict.shown()})
    if parsed.json:
        sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.writelines(line + "\n" for said in found for line in words.lines(said))
    return PROVEN if all(said["verdict"] == "proven" for said in found) else REFUSED


def of_diagram(path: Path, content: bytes, table: RiskTable) -> dict[str, Any]:
    """The verdict over a diagram that stands in for the one of a shipped or deployed process."""
    drawn = _drawn(path, content)
    return proving.prove(drawn, table).shown()


def _asked(paths: list[Path], settings: Settings) -> Iterator[tuple[str, Diagrams]]:
    if not paths:
        for definition in composition.catalogue(settings).deployed():
            yield definition.code, definition.model.diagrams
    for path in paths:
        if path.suffix == DIAGRAM:
            drawn = _drawn(path, path.read_bytes())
            yield drawn.top.process_id, drawn
        else:
            shared = shipped.process_folder() / "_shared"
            loaded = loading.load(path.absolute(), shared)
            yield loaded.code, loaded.model.diagrams


def _drawn(path: Path, content: bytes) -> Diagrams:
    """A diagram by itself, with the shipped shared ones; it may read any fact, taken both ways.

    So are its messages: each may carry data, or not.
    """
    shared = sorted((shipped.process_folder() / "_shared").glob("*" + DIAGRAM))
    files = {str(path): content} | {
        str(each): each.read_bytes() for each in shared if each.resolve() != path.resolve()
    }
    compared = _COMPARED.findall(unescape(content.decode("utf-8", "replace")))
    drawn = diagrams.read(files, frozenset(compared) - frozenset(ENGINE_FACTS))
    return replace(drawn, carrying=None)
