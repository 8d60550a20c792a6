"""The proof's verdict as people read it: by level and route, the way around in words, and what to mark."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.defining.diagram_graph import Diagram, Diagrams
from engine.process import Names
from oversight.proof import words
from web import steps
from web.case_labels import DECISIONS
from web.texts import mark, translate

# What a correction decides is shown beside its step; what a sign-off decides, in the words of the desk.
_DECISIONS: Mapping[str, str] = {**DECISIONS, "correct": mark("Correct")}


@dataclass(frozen=True, slots=True)
class Step:
    """One move of a counter-example: the element and its name, what was decided, what the case became."""

    element: str
    name: str
    decision: str
    level: int | None
    route: str


@dataclass(frozen=True, slots=True)
class Example:
    """A shortest path that breaks a rule, in words.

    ``diagram`` is where it ends, ``marks`` what of it to mark there, ``wrong`` the element at which the
    rule is broken.
    """

    rule: str
    said: Names
    path: Sequence[Step]
    diagram: str
    marks: Sequence[str]
    wrong: str


@dataclass(frozen=True, slots=True)
class Line:
    """The verdict for one level and route."""

    level: int
    route: str
    proven: bool
    states: int
    example: Example | None


@dataclass(frozen=True, slots=True)
class Shown:
    """The verdict over a definition; ``drawing`` is what is wrong with it at every level."""

    proven: bool
    rules: str
    states: int
    lines: Sequence[Line]
    drawing: Example | None

    @property
    def shortest(self) -> Example | None:
        """The counter-example to draw; None where there is none."""
        found = [line.example for line in self.lines if line.example is not None]
        return min(found, key=lambda one: len(one.path), default=self.drawing)


def of(diagrams: Diagrams, said: Mapping[str, Any], language: str) -> Shown:
    """A verdict as ``oversight.proof.verdict`` says it, in the words of its diagrams."""
    return Shown(
        proven=said["verdict"] == "proven",
        rules=said["rules"],
        states=said["states"],
        lines=[
            Line(
                one["risk_level"],
                one["route"] or "",
                one["verdict"] == "proven",
                one["states"],
                _example(diagrams, one["counter_example"], language),
            )
            for one in said["levels"]
        ],
        drawing=_example(diagrams, said["drawing"], language),
    )


def _example(diagrams: Diagrams, found: Mapping[str, Any] | None, language: str) -> Example | None:
    if found is None:
        return None
    named = {
        **found,
        "detail": [_name(diagrams.used(), each, language) for each in found["detail"]],
    }
    moves: Sequence[Mapping[str, Any]] = found["path"]
    last = _at(diagrams, moves[-1]["calls"]) if moves else _holding(diagrams, found["elements"])
    passed = [move["element"] for move in moves if _at(diagrams, move["calls"]) is last]
    passed = passed or [each for each in found["elements"] if each in last.nodes]
    return Example(
        rule=found["rule"],
        said=Names(words.sentence(named, "zh"), words.sentence(named, "en")),
        path=[_step(diagrams, move, language) for move in moves],
        diagram=last.process_id,
        marks=[*dict.fromkeys(passed), *_flows(last, passed)],
        wrong=passed[-1] if passed else "",
    )


def _step(diagrams: Diagrams, move: Mapping[str, Any], language: str) -> Step:
    level, route = move.get("became", (None, ""))
    decision = move.get("decision", "")
    # An id may stand in several diagrams: the move says in which.
    name = _name([_at(diagrams, move["calls"])], move["element"], language)
    return Step(move["element"], name, _DECISIONS.get(decision, decision), level, route)


def _name(among: Sequence[Diagram], element: str, language: str) -> str:
    """What an element is called: a shared step by the desk's word, another by its diagram's."""
    if element in steps.NAMES:
        return translate(language, steps.NAMES[element])
    return next((one.nodes[element].name for one in among if element in one.nodes), element)


def _at(diagrams: Diagrams, calls: Sequence[str]) -> Diagram:
    found = diagrams.top
    for call in calls:
        found = diagrams.all[found.nodes[call].calls or ""]
    return found


def _holding(diagrams: Diagrams, elements: Sequence[str]) -> Diagram:
    used = diagrams.used()
    return next((one for one in used if set(elements) & set(one.nodes)), used[0])


def _flows(diagram: Diagram, passed: Sequence[str]) -> Sequence[str]:
    """The flows between nodes that follow each other on the path."""
    pairs = set(itertools.pairwise(passed))
    return [flow.id for flow in diagram.flows.values() if (flow.source, flow.target) in pairs]
