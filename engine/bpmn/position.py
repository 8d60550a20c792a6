"""A case's place in its diagram as stored bytes: written small, and read back believing nothing.

A stored row may have been edited by whoever reaches the database. So it is plain JSON that names
nodes of the compiled definition, and every name, number and relation is checked before the engine
grows anything from it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from database.refusals import InvariantBroken
from engine.defining.conditions import Fact

VERSION = 1
MAX_BYTES = 256 * 1024
MAX_TOKEN = 10**9
READY, WAITING, CALLING, DONE, DROPPED = "r", "w", "c", "d", "x"
LIVE = frozenset({READY, WAITING, CALLING})
TOP = 0  # the caller of the top process: no token is 0
_FACT = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)
_MAX_TEXT = 200


class StateRefused(InvariantBroken):
    """A stored place that doesn't belong to this definition or this version."""


@dataclass(frozen=True, slots=True)
class NodeShape:
    """What a node of the compiled definition allows: which may follow, whether it waits, what it calls."""

    following: frozenset[str]
    waits: bool
    calls: str | None


@dataclass(frozen=True, slots=True)
class Shape:
    """The compiled definition as far as a stored place can refer to it: processes, their nodes, facts."""

    top: str
    processes: Mapping[str, Mapping[str, NodeShape]]
    facts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Row:
    """One visit of a node: the row it came from (-1: none kept), its state, and its lasting token."""

    above: int
    node: str
    state: str
    token: int


@dataclass(frozen=True, slots=True)
class Place:
    """One running process: the token that called it (``TOP``: nobody), and its rows, parents first."""

    caller: int
    process: str
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Position:
    """All that is kept of a case: the last token given, its end if reached, its facts, its places."""

    last_token: int
    ended: str | None
    facts: Mapping[str, Fact]
    places: list[Place]


def encode(position: Position) -> bytes:
    """The position as compact JSON, its version first."""
    places = [
        [p.caller, p.process, [[r.above, r.node, r.state, r.token] for r in p.rows]]
        for p in position.places
    ]
    return orjson.dumps(
        [VERSION, position.last_token, position.ended, dict(position.facts), places]
    )


def decode(blob: bytes, shape: Shape) -> Position:
    """The position that ``encode`` wrote of a case on this definition. Raises StateRefused."""
    if len(blob) > MAX_BYTES:
        raise StateRefused("the stored position is too large")
    try:
        stored = orjson.loads(blob)
    except orjson.JSONDecodeError:
        raise StateRefused("the stored position is not JSON") from None
    if not isinstance(stored, list) or not stored or _integer(stored[0]) != VERSION:
        raise StateRefused(f"the stored position is not of version {VERSION}")
    _, last_token, ended, facts, places = _parts(stored, 5)
    position = Position(
        last_token=_integer(last_token),
        ended=ended,
        facts=_facts(facts, shape.facts),
        places=[_place(place, shape) for place in _listed(places)],
    )
    _check_whole(position, shape)
    return position


def _parts(value: Any, length: int) -> list[Any]:
    if not isinstance(value, list) or len(value) != length:
        raise StateRefused(f"the stored position holds no list of {length} where it should")
    return value


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise StateRefused("the stored position holds no list where it should")
    return value


def _integer(value: Any) -> int:
    if type(value) is not int or not -1 <= value <= MAX_TOKEN:
        raise StateRefused("the stored position holds no number where it should")
    return value


def _facts(value: Any, known: frozenset[str]) -> dict[str, Fact]:
    if not isinstance(value, dict):
        raise StateRefused("the stored position holds no facts")
    check_facts(value, known)
    return value


# Only names that a definition knows are asked for.
@lru_cache(maxsize=1024)
def _is_name(name: str) -> bool:
    return _FACT.fullmatch(name) is not None


def check_facts(facts: Mapping[str, Any], known: frozenset[str]) -> None:
    """Facts are those the definition knows: short texts, integers, booleans. Raises StateRefused."""
    for name, fact in facts.items():
        if name not in known or not _is_name(name):
            raise StateRefused(f"the definition knows no fact {name[:60]!r}")
        if type(fact) not in (str, int, bool) or (isinstance(fact, str) and len(fact) > _MAX_TEXT):
            raise StateRefused(f"fact {name!r} is no short text, integer or boolean")


def _place(value: Any, shape: Shape) -> Place:
    caller, process, listed = _parts(value, 3)
    nodes = shape.processes.get(process) if isinstance(process, str) else None
    if nodes is None:
        raise StateRefused("the stored position is in an unknown process")
    rows: list[Row] = []
    for item in _listed(listed):
        above, name, state, token = _parts(item, 4)
        node = nodes.get(name) if isinstance(name, str) else None
        if node is None:
            raise StateRefused("the stored position is at an unknown node")
        row = Row(_integer(above), name, _state(state, node), _integer(token))
        if (row.above < 0) != (not rows) or row.above >= len(rows):
            raise StateRefused("the stored position is no tree")
        if rows:
            parent = rows[row.above]
            if parent.state != DONE or name not in nodes[parent.node].following:
                raise StateRefused("the stored position took a way the diagram doesn't have")
        rows.append(row)
    if not any(row.state in LIVE for row in rows):
        raise StateRefused("the stored position is in a process where nothing happens")
    return Place(_integer(caller), process, rows)


def _state(state: Any, node: NodeShape) -> str:
    if not isinstance(state, str) or state not in (READY, WAITING, CALLING, DONE, DROPPED):
        raise StateRefused("the stored position holds an unknown state")
    if (state == CALLING and node.calls is None) or (state == WAITING and not node.waits):
        raise StateRefused("the stored position holds a state its node can't have")
    return state


def _check_whole(position: Position, shape: Shape) -> None:
    """Tokens are given once, every call has its process, and a case has ended or is somewhere."""
    tokens = [row.token for place in position.places for row in place.rows]
    if len(set(tokens)) != len(tokens) or not all(0 < t <= position.last_token for t in tokens):
        raise StateRefused("the stored position gives a token twice, or one it never gave")
    if position.ended is not None:
        if position.ended not in ("completed", "refused") or position.places:
            raise StateRefused("the stored position has ended and has not")
        return
    expected: dict[int, str | None] = {TOP: shape.top}
    for place in position.places:
        if place.caller not in expected or expected.pop(place.caller) != place.process:
            raise StateRefused("the stored position runs a process that nothing called")
        nodes = shape.processes[place.process]
        expected |= {r.token: nodes[r.node].calls for r in place.rows if r.state == CALLING}
    if expected:
        raise StateRefused("the stored position called a process that doesn't run")
