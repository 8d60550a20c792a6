"""What no state of a proven definition may be: each rule with its id, by what a state shows.

The twin of the guard in ``engine.posting``: that one reads rows at run time, this one every state there is.
Source: 陕社保发[2016]27号 §11, §12; 附件3(九): level 3 has no extra step.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.defining.diagram_graph import Diagrams, Node
from engine.rules.risk_file import STEPS
from oversight.proof.game import CORRECT
from oversight.proof.state import AWAITS, Move, State, diagram_at

VERSION = "3"
APPROVING = ("approve", "escalate")
MAKER = "handle"
LOWEST = 3
_LANES: Mapping[str, str] = {step: post for post, step in STEPS.items()}


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a state breaks; ``detail`` names steps or ends, never anything personal."""

    rule: str
    detail: tuple[str, ...] = ()


def after(
    diagrams: Diagrams,
    mandated: Mapping[tuple[int, str], tuple[str, ...]],
    move: Move,
    state: State,
) -> Iterator[Broken]:
    """What is wrong with a state that a move has just led to.

    ``mandated`` are the steps that each level and route demands, in order.
    """
    node = diagram_at(diagrams, move.path).nodes[move.node]
    if node.kind == "serviceTask":
        yield from _posting(mandated[state.level, state.route], diagrams.needed, state)
    if state.posted and _changes(diagrams, node):
        # Whatever is beside it may come first, so that this also finds a correction drawn in parallel.
        yield Broken("changed_after_posting", (node.id,))
    if node.kind == "userTask" and node.id != CORRECT:
        steps = [signed.step for signed in state.signed]
        if steps.count(node.id) > 1:
            yield Broken("step_twice", (node.id,))
        if state.level == LOWEST and node.id != MAKER:
            yield Broken("extra_step", (node.id,))
    yield from _beside_a_step(diagrams, state)
    if state.over:
        yield from _ending(state)


def stuck(state: State) -> Iterator[Broken]:
    """What is wrong with a state from which nothing moves and which is no end."""
    yield Broken("deadlock", tuple(sorted({token.node for token in state.tokens})))


def _changes(diagrams: Diagrams, node: Node) -> bool:
    """Whether what the case says may be another thing once this node was passed."""
    return node.id == CORRECT or _carries(diagrams, node)


def _carries(diagrams: Diagrams, node: Node) -> bool:
    carrying = diagrams.carrying
    return node.message is not None and (carrying is None or node.message in carrying)


def _beside_a_step(diagrams: Diagrams, state: State) -> Iterator[Broken]:
    """What people are signing must not change under their hands."""
    steps, changing = [], []
    for token in state.tokens:
        diagram = diagram_at(diagrams, token.path)
        node = diagram.nodes[token.node]
        if node.kind == "userTask":
            steps.append(node.id)
        awaited = [node]
        if token.via == AWAITS:
            awaited = [diagram.nodes[flow.target] for flow in diagram.leaving(node.id)]
        changing += [event.id for event in awaited if _carries(diagrams, event)]
    if steps and changing:
        yield Broken("changed_beside_step", (*changing, *steps))


def _posting(mandated: tuple[str, ...], needed: frozenset[str], state: State) -> Iterator[Broken]:
    if state.posted > 1:
        yield Broken("posted_twice")
    if not state.complete:
        yield Broken("materials_missing")
    unwilling = [one.step for one in state.signed if one.decision not in APPROVING]
    if unwilling:
        yield Broken("not_approved", tuple(unwilling))
    steps = tuple(one.step for one in state.signed if one.step in mandated)
    if steps != mandated:
        missing = tuple(step for step in mandated if step not in steps)
        yield Broken("unsigned", missing) if missing else Broken("out_of_order", steps)
    if not needed <= state.came:
        yield Broken("message_missing", tuple(sorted(needed - state.came)))
    if state.waited:
        yield Broken("waited_before_posting")
    for one in state.signed:
        if one.step in mandated and one.lane != _LANES[one.step]:
            yield Broken("wrong_post", (one.step, one.lane))


def _ending(state: State) -> Iterator[Broken]:
    if len(state.ends) > 1:
        yield Broken("two_ends", tuple(sorted(state.ends)))
    elif "completed" in state.ends and state.posted == 0:
        yield Broken("completed_unposted")
    elif "refused" in state.ends and state.posted:
        yield Broken("refused_after_posting")
