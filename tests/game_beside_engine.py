"""One case walked twice: by the proof's token game and by the engine that runs cases, which must agree."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from database.refusals import InvariantBroken
from engine import bpmn
from engine.bpmn import Model, Run
from engine.defining.conditions import Fact
from oversight.proof.game import Class, Game, Way
from oversight.proof.state import AWAITS, State, diagram_at
from tests.further_definitions import FACT
from tests.told_stories import MANDATED

CLASSES: list[Class] = list(MANDATED)
AMOUNTS = (1, 9)
MOVES = 30


@dataclass(frozen=True)
class Place:
    """What shows of a case at rest: what it waits for, how often it posted, which end it reached."""

    waiting: tuple[str, ...]
    posted: int
    ends: frozenset[str]


# The engine refuses to end so, and says no more.
SEVERAL_ENDS = Place((), 0, frozenset({"several"}))


def walk(model: Model, choices: random.Random) -> int:
    """Take random moves until the case ends or gets stuck; how many. Raises AssertionError."""
    drawn = model.diagrams
    if choices.random() < 0.5:
        # Half of the walks take messages to bring data: they may then raise level and route.
        drawn = replace(drawn, carrying=model.messages)
    game = Game(drawn, CLASSES)
    begun = choices.choice(game.starts(*choices.choice(CLASSES)))
    states, facts = _settled(game, [begun]), _facts(begun, choices)
    run, performed = bpmn.start(model, facts), list[str]()
    for moved in range(MOVES):
        place = _rested(run, performed)
        agreeing = {state for state in states if place in _places(game, state)}
        assert agreeing, f"the engine stands at {place}, the game at {states} after {moved}"
        if FACT not in model.facts:
            assert agreeing == states
        states = agreeing
        ways = [way for state in sorted(states, key=repr) for way in game.ways(state)]
        if not ways:
            break
        move, after = choices.choice(ways)
        token = choices.choice(
            [w.token for w in run.waiting if w.name == _name(game, (move, after))]
        )
        run.complete(token, _facts(after, choices) if move.decision or move.became else {})
        states = _settled(game, (then for same, then in ways if same == move))
    return moved


def _settled(game: Game, states: Iterable[State]) -> set[State]:
    """Where these come to rest: several where a fact of the process is asked, which the game doesn't know."""
    rests, left = set(), list(states)
    while left:
        state = left.pop()
        ways = game.ways(state)
        if any(_name(game, way) is None for way in ways):
            left.extend(after for _, after in ways)
        else:
            rests.add(state)
    return rests


def _name(game: Game, way: Way) -> str | None:
    """The step or message that a move completes, None where the case moves by itself."""
    move, _ = way
    node = diagram_at(game.diagrams, move.path).nodes[move.node]
    return node.id if node.kind == "userTask" else node.message or node.timer


def _places(game: Game, state: State) -> set[Place]:
    """Where the engine may stand then; of several ends it forgets those it reached in earlier requests."""
    if not state.tokens:
        single = {Place((), state.posted, frozenset({end})) for end in state.ends}
        return single if len(state.ends) == 1 else {*single, SEVERAL_ENDS}
    awaited = []
    for one in state.tokens:
        diagram = diagram_at(game.diagrams, one.path)
        nodes = [diagram.nodes[one.node]]
        if one.via == AWAITS:
            nodes = [diagram.nodes[flow.target] for flow in diagram.leaving(one.node)]
        awaited += [
            node.message or node.timer or node.id
            for node in nodes
            if node.kind != "parallelGateway"
        ]
    return {Place(tuple(sorted(awaited)), state.posted, frozenset())}


def _rested(run: Run, performed: list[str]) -> Place:
    try:
        run.advance(performed.append)
    except InvariantBroken as broken:
        assert "not one end" in str(broken)  # noqa: PT017 - anything else is a difference
        return SEVERAL_ENDS
    ends = frozenset() if run.ended is None else frozenset({run.ended})
    return Place(tuple(sorted(one.name for one in run.waiting)), len(performed), ends)


def _facts(state: State, choices: random.Random) -> Mapping[str, Fact]:
    said: dict[str, Fact] = {
        "risk_level": str(state.level),
        "route": state.route,
        "decision": state.decision,
    }
    return {**said, FACT: choices.choice(AMOUNTS)}
