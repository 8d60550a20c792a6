"""A state of a definition as the proof sees it: where tokens are, what was decided, signed and posted.

It holds exactly what a later step can depend on, so that two ways to the same state count as one.
"""

from dataclasses import dataclass

from engine.defining.diagram_graph import Diagram, Diagrams

# The call activities from the top process down to where a token is.
Path = tuple[str, ...]
AWAITS = "?"


@dataclass(frozen=True, slots=True, order=True)
class Token:
    """A token before a node; ``via`` is the flow it came by where a join counts those, else empty.

    At an event-based gateway whose events are awaited it is ``AWAITS``.
    """

    path: Path
    node: str
    via: str = ""


@dataclass(frozen=True, slots=True)
class Signed:
    """A sign-off since the form last changed: its step, its decision, the lane it was offered in."""

    step: str
    decision: str
    lane: str


@dataclass(frozen=True, slots=True)
class State:
    """One state. ``decision`` is the fact that conditions read; ``complete``: no material is missing.

    ``ends`` are the end events of the top process that were reached. ``came`` are the needed messages that
    came, ``waited``: nobody signed since the case last waited for the outside.
    """

    tokens: tuple[Token, ...]
    level: int
    route: str
    decision: str
    complete: bool
    signed: tuple[Signed, ...] = ()
    posted: int = 0
    ends: frozenset[str] = frozenset()
    came: frozenset[str] = frozenset()
    waited: bool = False

    @property
    def over(self) -> bool:
        """Whether the case has ended."""
        return not self.tokens


@dataclass(frozen=True, slots=True)
class Move:
    """One step of a path: a node passed, and what was decided or changed there.

    ``decision`` is that of a sign-off or correction, else empty; ``became`` is the level and route after
    a correction, a message or an escalation that raised them.
    """

    path: Path
    node: str
    decision: str = ""
    became: tuple[int, str] | None = None


def diagram_at(diagrams: Diagrams, path: Path) -> Diagram:
    """The diagram in which a token with this path stands."""
    diagram = diagrams.top
    for call in path:
        diagram = diagrams.all[diagram.nodes[call].calls or ""]
    return diagram
