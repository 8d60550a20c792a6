"""The token game: every move that a case can make from a state, as the engine would make it.

What the proof can't know (facts of the process, when a message comes, what people decide, how a correction
raises the case) is taken every way. Automatic moves don't touch each other, so they go in a fixed order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from engine.defining.diagram_graph import Diagram, Diagrams, Flow, Node
from engine.defining.diagrams import ENGINE_FACTS
from oversight.proof.state import AWAITS, Move, Path, Signed, State, Token, diagram_at

CORRECT = "correct"
EVENT = "intermediateCatchEvent"
DECISIONS = ("approve", "return", "refuse")
# Who may hand a county's case to the city, by signing so (design §2).
ESCALATING, FROM_ROUTE, TO_ROUTE = "conclude", "county", "city_approval"
Way = tuple[Move, State]
Class = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Game:
    """A definition, and the levels and routes that its cases can have."""

    diagrams: Diagrams
    classes: Sequence[Class]

    def starts(self, level: int, route: str) -> list[State]:
        """A case as it is accepted: with its materials, and without some."""
        (start,) = self.diagrams.top.of_kind("startEvent")
        at = (Token((), start.id),)
        return [
            State(at, level, route, "", complete=True),
            State(at, level, route, "return", complete=False),
        ]

    def ways(self, state: State) -> list[Way]:
        """Every move from here; none where the case is over or stuck."""
        waiting = []
        for token in state.tokens:
            node = diagram_at(self.diagrams, token.path).nodes[token.node]
            if node.kind in ("userTask", EVENT) or token.via == AWAITS:
                waiting.append((token, node))
            elif not token.via:
                return list(self._automatic(state, token, node))
        return [way for token, node in waiting for way in self._awaited(state, token, node)]

    def _automatic(self, state: State, token: Token, node: Node) -> Iterator[Way]:
        move, rest = Move(token.path, node.id), _without(state, token)
        diagram = diagram_at(self.diagrams, token.path)
        if node.kind == "endEvent":
            yield move, self._ended(rest, token)
        elif node.kind == "eventBasedGateway":
            yield move, _with(rest, Token(token.path, node.id, AWAITS))
        elif node.kind == "callActivity":
            (start,) = self.diagrams.all[node.calls or ""].of_kind("startEvent")
            yield move, _with(rest, Token((*token.path, node.id), start.id))
        elif node.kind == "exclusiveGateway":
            for flow in _choices(diagram, node, state):
                yield move, _arrive(rest, token.path, diagram, flow)
        else:
            if node.kind == "serviceTask":
                rest = replace(rest, posted=rest.posted + 1)
            yield move, _go_on(rest, token.path, diagram, node)

    def _awaited(self, state: State, token: Token, node: Node) -> Iterator[Way]:
        rest, diagram = _without(state, token), diagram_at(self.diagrams, token.path)
        if node.kind == EVENT:
            yield from self._came(rest, token.path, diagram, node)
        elif token.via == AWAITS:
            for flow in diagram.leaving(node.id):
                yield from self._came(rest, token.path, diagram, diagram.nodes[flow.target])
        elif node.id == CORRECT:
            for after, move in self._corrected(rest, token):
                yield move, _go_on(after, token.path, diagram, node)
        else:
            for decision in DECISIONS:
                signed = _signed(rest, node, decision)
                yield Move(token.path, node.id, decision), _go_on(signed, token.path, diagram, node)
            if node.id == ESCALATING and state.route == FROM_ROUTE:
                move = Move(token.path, node.id, "escalate", (state.level, TO_ROUTE))
                signed = replace(_signed(rest, node, "escalate"), route=TO_ROUTE)
                yield move, _go_on(signed, token.path, diagram, node)

    def _came(self, rest: State, path: Path, diagram: Diagram, node: Node) -> Iterator[Way]:
        """A timer elapses, or a message comes: with data it changes what was signed, as a correction does."""
        carrying = self.diagrams.carrying
        if node.message is None or carrying is None or node.message not in carrying:
            yield Move(path, node.id), _go_on(replace(rest, waited=True), path, diagram, node)
        if node.message is None or (carrying is not None and node.message not in carrying):
            return
        came = rest.came | ({node.message} & self.diagrams.needed)
        for level, route in self.classes:
            if not _may_become((rest.level, rest.route), (level, route)):
                continue
            raised = (level, route) != (rest.level, rest.route)
            move = Move(path, node.id, "", (level, route) if raised else None)
            fresh = replace(rest, level=level, route=route, signed=(), came=came, waited=True)
            yield move, _go_on(fresh, path, diagram, node)

    def _corrected(self, rest: State, token: Token) -> Iterator[tuple[State, Move]]:
        """The form changes: what was signed is void, level and route may rise, materials may lack."""
        for level, route in self.classes:
            if not _may_become((rest.level, rest.route), (level, route)):
                continue
            raised = (level, route) != (rest.level, rest.route)
            for decision in (CORRECT, "return"):
                move = Move(token.path, CORRECT, decision, (level, route) if raised else None)
                complete = decision == CORRECT
                fresh = replace(rest, level=level, route=route, decision=decision, signed=())
                yield replace(fresh, complete=complete, waited=False), move

    def _ended(self, rest: State, token: Token) -> State:
        if not token.path:
            return replace(rest, ends=rest.ends | {token.node})
        # A called diagram goes back to its caller when its last token has gone.
        if any(other.path[: len(token.path)] == token.path for other in rest.tokens):
            return rest
        caller = token.path[:-1]
        above = diagram_at(self.diagrams, caller)
        return _go_on(rest, caller, above, above.nodes[token.path[-1]])


def _may_become(before: Class, after: Class) -> bool:
    """Whether a correction may raise a case so: never lower; a city's case stays, a register's as well."""
    (level, route), (new_level, new_route) = before, after
    if level == new_level == 1:
        order = ("county", "city_approval", "city_meeting")
        if {"city", "registration"} & {route, new_route}:
            return route == new_route
        return order.index(new_route) >= order.index(route)
    return new_level < level or before == after


def _signed(rest: State, node: Node, decision: str) -> State:
    signed = (*rest.signed, Signed(node.id, decision, node.lane or ""))
    return replace(rest, signed=signed, decision=decision, waited=False)


def _choices(diagram: Diagram, node: Node, state: State) -> Iterator[Flow]:
    """The flows that may be taken, conditions in their order, the default where none holds."""
    facts = {"risk_level": str(state.level), "route": state.route, "decision": state.decision}
    leaving = diagram.leaving(node.id)
    for flow in leaving:
        if flow.condition is None:
            continue
        if flow.condition.fact not in ENGINE_FACTS:
            yield flow
        elif flow.condition.holds(facts):
            yield flow
            return
    yield from (flow for flow in leaving if flow.condition is None)


def _go_on(state: State, path: Path, diagram: Diagram, node: Node) -> State:
    for flow in diagram.leaving(node.id):
        state = _arrive(state, path, diagram, flow)
    return state


def _arrive(state: State, path: Path, diagram: Diagram, flow: Flow) -> State:
    """A token comes by a flow; a join lets go once one came by each."""
    target, entering = diagram.nodes[flow.target], diagram.entering(flow.target)
    if target.kind != "parallelGateway" or len(entering) == 1:
        return _with(state, Token(path, target.id))
    state = _with(state, Token(path, target.id, flow.id))
    expected = [Token(path, target.id, each.id) for each in entering]
    if not all(token in state.tokens for token in expected):
        return state
    for token in expected:
        state = _without(state, token)
    return _with(state, Token(path, target.id))


def _with(state: State, token: Token) -> State:
    return replace(state, tokens=tuple(sorted((*state.tokens, token))))


def _without(state: State, token: Token) -> State:
    left = list(state.tokens)
    left.remove(token)
    return replace(state, tokens=tuple(left))
