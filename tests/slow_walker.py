"""A slow, plain second opinion on whether a definition may run: it walks every way and looks back at the end.

Shares nothing with ``oversight.proof`` but the drawing as plain data. Each walk carries its whole story; what
is lawful is read off the story, not off a state: who signed since the form last changed, and what was posted.
"""

from collections.abc import Iterator
from typing import Any

from engine.defining.diagram_graph import Diagram, Diagrams, Flow
from tests import personless_loops, told_stories
from tests.told_stories import HIGHER, MANDATED, Story, Unlawful

Key = tuple[Any, ...]
EVENT = "intermediateCatchEvent"
WAITS = (EVENT, "eventBasedGateway")


class Walker:
    """Walks one definition at the levels its cases can have."""

    def __init__(self, diagrams: Diagrams, classes: list[tuple[int, str]]) -> None:
        self.diagrams = diagrams
        self.classes = classes
        self.nodes_passed: set[tuple[str, str]] = set()
        self.judging = True

    def judge(self) -> None:
        """Raise Unlawful unless every way at every level and route is lawful."""
        for level, route in self.classes:
            self._walk_all(level, route)
        for diagram in self.diagrams.used():
            personless_loops.judge(self.diagrams, diagram)
        self.judging = False
        for level, route in MANDATED:
            self._walk_all(level, route)
        for diagram in self.diagrams.used():
            for node in diagram.nodes:
                if (diagram.process_id, node) not in self.nodes_passed:
                    raise Unlawful(f"{node} is never reached")

    def _walk_all(self, level: int, route: str) -> None:
        (begin,) = [n.id for n in self.diagrams.top.nodes.values() if n.kind == "startEvent"]
        led: dict[Key, set[Key]] = {}
        left = [
            Story((((), begin, ""),), level, route, "", (("changed", "whole"),)),
            Story((((), begin, ""),), level, route, "return", (("changed", "lacking"),)),
        ]
        begun = [_key(story) for story in left]
        while left:
            story = left.pop()
            if _key(story) in led:
                continue
            nexts = self._nexts(story)
            if not nexts and self.judging:
                if story.tokens:
                    raise Unlawful("a case gets stuck")
                told_stories.judge_end(story)
            lawful = [after for after in nexts if self._holds(after)]
            led[_key(story)] = {_key(after) for after in lawful}
            left.extend(lawful)
        if self.judging:
            self._judge_ahead(led, begun)

    def _nexts(self, story: Story) -> list[Story]:
        """What may come next: the engine rests, before anybody acts, where nothing moves by itself."""
        waits = ("userTask", *WAITS)
        awaited = [
            token for token in story.tokens if self._diagram(token[0]).nodes[token[1]].kind in waits
        ]
        others = [token for token in story.tokens if token not in awaited]
        by_itself = [after for token in others for after in self._step(story, token)]
        return by_itself or [after for token in awaited for after in self._step(story, token)]

    def _step(self, story: Story, token: tuple[tuple[str, ...], str, str]) -> Iterator[Story]:
        calls, name, by = token
        diagram = self._diagram(calls)
        node = diagram.nodes[name]
        rest = list(story.tokens)
        rest.remove(token)
        if node.kind == "parallelGateway" and by:
            yield from self._join(story, token)
            return
        self.nodes_passed.add((diagram.process_id, name))
        if node.kind == "endEvent":
            yield self._after_end(story, calls, name, rest)
        elif node.kind == "callActivity":
            called = self.diagrams.all[node.calls or ""]
            (begin,) = [n.id for n in called.nodes.values() if n.kind == "startEvent"]
            yield self._moved(story, [*rest, ((*calls, name), begin, "")])
        elif node.kind == "exclusiveGateway":
            for flow in self._open_flows(story, diagram, name):
                yield self._moved(story, [*rest, self._landing(calls, diagram, flow)])
        elif node.kind == "userTask":
            for decision, level, route, told in self._acts(story, name, node.lane or ""):
                onward = [self._landing(calls, diagram, f) for f in diagram.leaving(name)]
                yield self._moved(story, [*rest, *onward], (level, route), decision, told)
        elif node.kind in WAITS:
            events = [name] if node.kind == EVENT else [f.target for f in diagram.leaving(name)]
            for event in events:
                yield from self._happens(story, (calls, event), rest)
        else:
            onward = [self._landing(calls, diagram, f) for f in diagram.leaving(name)]
            posts = node.kind == "serviceTask"
            yield self._moved(story, [*rest, *onward], told=("posted",) if posts else None)

    def _happens(
        self,
        story: Story,
        event: tuple[tuple[str, ...], str],
        rest: list[tuple[tuple[str, ...], str, str]],
    ) -> Iterator[Story]:
        """A timer elapses or a message comes; one that brings data changes the case, and may raise it."""
        calls, name = event
        diagram = self._diagram(calls)
        self.nodes_passed.add((diagram.process_id, name))
        message = diagram.nodes[name].message
        onward = [self._landing(calls, diagram, f) for f in diagram.leaving(name)]
        if not self._may_bring(message) or self.diagrams.carrying is None:
            yield self._moved(story, [*rest, *onward], told=("waited",))
        if message is None or not self._may_bring(message):
            return
        level, route = story.level, story.route
        for to in self.classes if self.judging else list(MANDATED):
            if to == (level, route) or to[0] < level or to[1] in HIGHER.get(route, []):
                yield self._moved(story, [*rest, *onward], to, told=("brought", message))

    def _may_bring(self, message: str | None) -> bool:
        known = self.diagrams.carrying
        return message is not None and (known is None or message in known)

    def _beside_a_person(self, story: Story) -> bool:
        """Whether something may still change the case while a person is to sign or correct it."""
        kinds, bringing = set(), False
        for calls, name, _ in story.tokens:
            diagram = self._diagram(calls)
            kinds.add(diagram.nodes[name].kind)
            ahead = [name]
            if diagram.nodes[name].kind == "eventBasedGateway":
                ahead = [flow.target for flow in diagram.leaving(name)]
            bringing |= any(self._may_bring(diagram.nodes[each].message) for each in ahead)
        return bringing and "userTask" in kinds

    def _acts(
        self, story: Story, name: str, lane: str
    ) -> Iterator[tuple[str, int, str, tuple[str, ...]]]:
        level, route = story.level, story.route
        if name == "correct":
            for to in self.classes if self.judging else list(MANDATED):
                if to == (level, route) or to[0] < level or to[1] in HIGHER.get(route, []):
                    yield "correct", *to, ("changed", "whole")
                    yield "return", *to, ("changed", "lacking")
            return
        for decision in ("approve", "return", "refuse"):
            yield decision, level, route, ("signed", name, decision, lane)
        if name == "conclude" and (level, route) == (1, "county"):
            yield "escalate", 1, "city_approval", ("signed", name, "escalate", lane)

    def _open_flows(self, story: Story, diagram: Diagram, name: str) -> list[Flow]:
        says = {"risk_level": str(story.level), "route": story.route, "decision": story.decision}
        found = []
        for flow in diagram.leaving(name):
            if flow.condition is None:
                continue
            if flow.condition.fact not in says:
                found.append(flow)
            elif flow.condition.holds(says):
                return [*found, flow]
        return found + [flow for flow in diagram.leaving(name) if flow.condition is None]

    def _join(self, story: Story, token: tuple[tuple[str, ...], str, str]) -> Iterator[Story]:
        calls, name, _ = token
        wanted = [(calls, name, flow.id) for flow in self._diagram(calls).entering(name)]
        left = list(story.tokens)
        for each in wanted:
            if each not in left:
                return
            left.remove(each)
        yield self._moved(story, [*left, (calls, name, "")])

    def _landing(
        self, calls: tuple[str, ...], diagram: Diagram, flow: Flow
    ) -> tuple[tuple[str, ...], str, str]:
        joins = diagram.nodes[flow.target].kind == "parallelGateway"
        many = joins and len(diagram.entering(flow.target)) > 1
        return calls, flow.target, flow.id if many else ""

    def _after_end(
        self,
        story: Story,
        calls: tuple[str, ...],
        name: str,
        rest: list[tuple[tuple[str, ...], str, str]],
    ) -> Story:
        if not calls:
            return self._moved(story, rest, told=("ended", name))
        if any(other[0][: len(calls)] == calls for other in rest):
            return self._moved(story, rest)
        above = self._diagram(calls[:-1])
        back = [self._landing(calls[:-1], above, flow) for flow in above.leaving(calls[-1])]
        return self._moved(story, [*rest, *back])

    def _moved(
        self,
        story: Story,
        tokens: list[tuple[tuple[str, ...], str, str]],
        to: tuple[int, str] | None = None,
        decision: str | None = None,
        told: tuple[str, ...] | None = None,
    ) -> Story:
        level, route = to or (story.level, story.route)
        return Story(
            tuple(sorted(tokens)),
            level,
            route,
            story.decision if decision is None else decision,
            story.told if told is None else (*story.told, told),
        )

    def _diagram(self, calls: tuple[str, ...]) -> Diagram:
        found = self.diagrams.top
        for call in calls:
            found = self.diagrams.all[found.nodes[call].calls or ""]
        return found

    def _holds(self, story: Story) -> bool:
        """Judge what just happened; not judging, walk on from what is lawful only."""
        try:
            told_stories.judge(story, self.diagrams.needed, beside=self._beside_a_person(story))
        except Unlawful:
            if self.judging:
                raise
            return False
        return True

    def _judge_ahead(self, led: dict[Key, set[Key]], begun: list[Key]) -> None:
        """Raise Unlawful where no end lies ahead, or no completion ahead of a beginning."""
        ends = {key for key in led if not key[0]}
        completed = {key for key in ends if ("ended", "completed") in key[-1]}
        if _leading_to(ends, led) != set(led):
            raise Unlawful("there is a way to where no end can be reached")
        if not set(begun) <= _leading_to(completed, led):
            raise Unlawful("no such case can complete")


def _key(story: Story) -> Key:
    """All that what follows can depend on; first the tokens, level and route, last the ends reached."""
    return (
        story.tokens,
        (story.level, story.route),
        story.decision,
        *_of_the_change(story),
        sum(what == ("posted",) for what in story.told),
        tuple(sorted({what for what in story.told if what[0] == "ended"})),
    )


def _of_the_change(story: Story) -> tuple[Any, ...]:
    """What was signed since the form last changed, whether materials lack, what came, and a wait since."""
    signed = tuple(what for what in story.since_the_change() if what[0] == "signed")
    lacks = [what for what in story.told if what[0] == "changed"][-1]
    last = [what[0] for what in story.told if what[0] in ("signed", "changed", "brought", "waited")]
    return signed, lacks, story.came(), last[-1] in ("brought", "waited")


def _leading_to(good: set[Key], led: dict[Key, set[Key]]) -> set[Key]:
    """Whatever leads there without another level or route, found by asking all until nothing is new."""
    found, more = set(good), True
    while more:
        more = False
        for key, nexts in reversed(led.items()):
            if key not in found and any(n in found and n[1] == key[1] for n in nexts):
                found.add(key)
                more = True
    return found
