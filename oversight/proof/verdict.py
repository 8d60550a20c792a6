"""What a proof says: of a whole definition, and of each level and route it was asked about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from oversight.proof.rules import Broken
from oversight.proof.state import Move


@dataclass(frozen=True, slots=True)
class CounterExample:
    """A shortest path that breaks a rule; empty where the rule is about the drawing itself."""

    broken: Broken
    path: Sequence[Move]

    def shown(self) -> dict[str, Any]:
        """As JSON: the rule, the path as element ids with decisions, the elements to mark."""
        return {
            "rule": self.broken.rule,
            "detail": list(self.broken.detail),
            "path": [
                {
                    "calls": list(move.path),
                    "element": move.node,
                    **({"decision": move.decision} if move.decision else {}),
                    **({"became": list(move.became)} if move.became else {}),
                }
                for move in self.path
            ],
            "elements": list(dict.fromkeys(move.node for move in self.path))
            or list(self.broken.detail),
        }


@dataclass(frozen=True, slots=True)
class Result:
    """Of one level and route: proven where there is no counter-example; ``states`` were looked at."""

    level: int
    route: str
    states: int
    counter_example: CounterExample | None

    @property
    def proven(self) -> bool:
        """Whether nothing breaks a rule."""
        return self.counter_example is None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of a definition: each level and route, and what is wrong with the drawing as a whole."""

    rules: str
    results: Sequence[Result]
    drawing: CounterExample | None = None

    @property
    def proven(self) -> bool:
        """Whether a case may start on this definition."""
        return self.drawing is None and all(result.proven for result in self.results)

    @property
    def counter_example(self) -> CounterExample | None:
        """The first there is, shortest first."""
        found = [one.counter_example for one in self.results if one.counter_example is not None]
        return min(found, key=lambda one: len(one.path), default=self.drawing)

    def shown(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "verdict": "proven" if self.proven else "refused",
            "rules": self.rules,
            "states": sum(result.states for result in self.results),
            "levels": [
                {
                    "risk_level": result.level,
                    "route": result.route or None,
                    "verdict": "proven" if result.proven else "refused",
                    "states": result.states,
                    "counter_example": _shown(result.counter_example),
                }
                for result in self.results
            ],
            "drawing": _shown(self.drawing),
        }


def _shown(found: CounterExample | None) -> Mapping[str, Any] | None:
    return None if found is None else found.shown()
