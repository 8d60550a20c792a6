"""What must lie ahead of every state: an end; and ahead of every start: completion. Looked for backwards.

A case is never owed a higher level or another route, so only ways count on which it keeps its own.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from oversight.proof.rules import Broken
from oversight.proof.state import State


def missing(
    starts: Sequence[State], reached: Collection[State], led: Mapping[State, Sequence[State]]
) -> Iterator[tuple[Broken, State]]:
    """The first state with no end ahead, and the first start with no completion, if there are such.

    ``reached`` are all states, the nearest first; ``led`` says from which states each was reached.
    """
    ends = [state for state in reached if state.over]
    ending = _leading(ends, led)
    lost = next((state for state in reached if state not in ending), None)
    if lost is not None:
        yield Broken("livelock", tuple(sorted({token.node for token in lost.tokens}))), lost
    completing = _leading((state for state in ends if "completed" in state.ends), led)
    for state in starts:
        if state not in completing:
            yield Broken("never_completed", ("completed",)), state


def _leading(to: Iterable[State], led: Mapping[State, Sequence[State]]) -> set[State]:
    """These states, and all from which one of them can be reached at the same level and route."""
    left = list(to)
    found = set(left)
    while left:
        state = left.pop()
        for before in led.get(state, ()):
            kept = (before.level, before.route) == (state.level, state.route)
            if kept and before not in found:
                found.add(before)
                left.append(before)
    return found
