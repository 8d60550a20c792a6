"""What no state of a proven definition may be: each rule with its id, by what a state shows.

The twin of the guard in ``engine.posting``: that one reads rows at run time, this one every state there is.
Source: 陕社保发[2016]27号 §11, §12; 附件3(九): level 3 has no extra step.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.diagram_graph import Diagrams
from engine.risk_file import STEPS
from oversight.proof.game import CORRECT
from oversight.proof.state import Move, State, diagram_at

VERSION = "2"
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
        yield from _posting(mandated[state.level, state.route], state)
    if node.kind == "userTask" and node.id == CORRECT and state.posted:
        # Whatever is beside it may come first, so that this also finds a correction drawn in parallel.
        yield Broken("changed_after_posting", (node.id,))
    if node.kind == "userTask" and node.id != CORRECT:
        steps = [signed.step for signed in state.signed]
        if steps.count(node.id) > 1:
            yield Broken("step_twice", (node.id,))
        if state.level == LOWEST and node.id != MAKER:
            yield Broken("extra_step", (node.id,))
    if state.over:
        yield from _ending(state)


def stuck(state: State) -> Iterator[Broken]:
    """What is wrong with a state from which nothing moves and which is no end."""
    yield Broken("deadlock", tuple(sorted({token.node for token in state.tokens})))


def _posting(mandated: tuple[str, ...], state: State) -> Iterator[Broken]:
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
