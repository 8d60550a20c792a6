"""Searches every state of a definition for one that breaks a rule; breadth first, so the path is shortest."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

from engine.defining.diagram_graph import Diagram, Diagrams
from engine.rules import risk
from engine.rules.risk_file import HIGH, REGISTERS, REGISTRATION, RiskTable
from oversight.proof import endings, rules
from oversight.proof.game import Class, Game
from oversight.proof.rules import Broken
from oversight.proof.state import Move, State, diagram_at
from oversight.proof.verdict import CounterExample, Result, Verdict

# Of one level and route: shipped definitions have at most a few hundred, and this many take seconds.
MAX_STATES = 20_000
LEVELS = (3, 2, HIGH)


class _Search:
    """One search from the starts of a level and route."""

    def __init__(self, game: Game, mandated: Mapping[Class, tuple[str, ...]]) -> None:
        self.game = game
        self.mandated = mandated
        self.came_from: dict[State, tuple[Move, State] | None] = {}
        self.led: dict[State, list[State]] = {}
        self.passed: set[tuple[str, str]] = set()
        self.found: CounterExample | None = None

    def run(self, starts: Iterable[State]) -> None:
        """Look at everything that can be reached; keep the first state that breaks a rule."""
        begun = list(starts)
        left = deque(begun)
        self.came_from = dict.fromkeys(begun)
        while left:
            state = left.popleft()
            ways = self.game.ways(state)
            if not ways and not state.over:
                self._keep(rules.stuck(state), state)
            for move, after in ways:
                self.passed.add((_process(self.game, move), move.node))
                broken = list(rules.after(self.game.diagrams, self.mandated, move, after))
                if broken and self.found is None:
                    path = [*self._path(state), move]
                    self.found = CounterExample(broken[0], path)
                # Beyond a broken rule nothing is owed, and a state might grow for ever.
                if broken:
                    continue
                self.led.setdefault(after, []).append(state)
                if after not in self.came_from:
                    self.came_from[after] = (move, state)
                    left.append(after)
            if len(self.came_from) > MAX_STATES:
                self._keep([Broken("too_large", (str(MAX_STATES),))], state)
                return
        if self.found is None:
            for broken_ahead, state in endings.missing(begun, self.came_from, self.led):
                self._keep([broken_ahead], state)

    def _keep(self, broken: Iterable[Broken], state: State) -> None:
        if self.found is None:
            self.found = CounterExample(next(iter(broken)), self._path(state))

    def _path(self, state: State) -> list[Move]:
        path: list[Move] = []
        before = self.came_from[state]
        while before is not None:
            path.append(before[0])
            before = self.came_from[before[1]]
        return path[::-1]


def prove(
    diagrams: Diagrams, table: RiskTable, code: str | None = None, *, level: int | None = None
) -> Verdict:
    """The verdict over a definition: at the levels its cases can have by the table, or at ``level``.

    ``code`` is the process as the table lists it; by default the id of the top process.
    """
    classes = classes_of(table, code or diagrams.top.process_id, level)
    every = [one for each in LEVELS for one in _classes(table, each)]
    mandated = {one: risk.steps(table, *one) for one in every}
    game = Game(diagrams, classes)
    results, passed = [], set()
    for one in classes:
        search = _Search(game, mandated)
        search.run(game.starts(*one))
        passed |= search.passed
        results.append(Result(*one, len(search.came_from), search.found))
    drawing = None
    if all(result.proven for result in results):
        drawing = _loop(diagrams) or _unreached(diagrams, every, mandated, passed)
    return Verdict(rules.VERSION, results, drawing)


def classes_of(table: RiskTable, code: str, level: int | None = None) -> list[Class]:
    """The levels and routes that cases of a process can have; of level 1 always every route of business.

    By the table's own entry and what raises it; a process the table doesn't list is level 1 (design §2).
    """
    if code in REGISTERS:
        return [(HIGH, REGISTRATION)]
    if level is not None:
        return [one for one in _classes(table, level) if one[1] != REGISTRATION]
    entry = table.entries.get(code)
    levels = {HIGH} if entry is None else {entry.level, *(rule.level for rule in entry.raise_rules)}
    return [
        one
        for each in LEVELS
        if each in levels
        for one in _classes(table, each)
        if one[1] != REGISTRATION
    ]


def _classes(table: RiskTable, level: int) -> list[Class]:
    return [(HIGH, route) for route in table.routes] if level == HIGH else [(level, "")]


def _process(game: Game, move: Move) -> str:
    return diagram_at(game.diagrams, move.path).process_id


def _unreached(
    diagrams: Diagrams,
    every: Sequence[Class],
    mandated: Mapping[Class, tuple[str, ...]],
    passed: set[tuple[str, str]],
) -> CounterExample | None:
    """A node that no case passes at any level and route; the shared chain serves them all."""
    nodes = [(diagram.process_id, node) for diagram in diagrams.used() for node in diagram.nodes]
    game = Game(diagrams, every)
    for one in every:
        if all(node in passed for node in nodes):
            return None
        search = _Search(game, mandated)
        search.run(game.starts(*one))
        passed = passed | search.passed
    left = [node for node in nodes if node not in passed]
    return CounterExample(Broken("unreachable", (left[0][1],)), ()) if left else None


def _loop(diagrams: Diagrams) -> CounterExample | None:
    """A loop that needs no person: messages alone could drive a case round it for ever."""
    freely: dict[str, bool] = {}
    for diagram in reversed(diagrams.used()):
        (start,) = diagram.of_kind("startEvent")
        reached = _onward(diagrams, diagram, [start.id], freely)
        freely[diagram.process_id] = any(end.id in reached for end in diagram.of_kind("endEvent"))
        for node in diagram.nodes:
            following = [flow.target for flow in diagram.leaving(node)]
            if _passes(diagrams, diagram, node, freely) and node in _onward(
                diagrams, diagram, following, freely
            ):
                return CounterExample(Broken("loop", (node,)), ())
    return None


def _onward(
    diagrams: Diagrams, diagram: Diagram, seeds: list[str], freely: dict[str, bool]
) -> set[str]:
    found, left = set(), list(seeds)
    while left:
        node = left.pop()
        if node not in found:
            found.add(node)
            if _passes(diagrams, diagram, node, freely):
                left.extend(flow.target for flow in diagram.leaving(node))
    return found


def _passes(diagrams: Diagrams, diagram: Diagram, node: str, freely: dict[str, bool]) -> bool:
    """Whether a case gets past a node without a person."""
    said = diagram.nodes[node]
    if said.calls is not None:
        called = said.calls
        if called not in freely:
            (start,) = diagrams.all[called].of_kind("startEvent")
            reached = _onward(diagrams, diagrams.all[called], [start.id], freely)
            ends = diagrams.all[called].of_kind("endEvent")
            freely[called] = any(end.id in reached for end in ends)
        return freely[called]
    return said.kind != "userTask"
