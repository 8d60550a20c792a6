"""A slow, plain second opinion on whether a definition may run: it walks every way and looks back at the end.

Shares nothing with ``oversight.proof`` but the drawing as plain data. Each walk carries its whole story; what
is lawful is read off the story, not off a state: who signed since the form last changed, and what was posted.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.diagram_graph import Diagram, Diagrams, Flow

COUNTY = ["handle", "review", "endorse", "conclude"]
MANDATED = {
    (3, ""): ["handle"],
    (2, ""): ["handle", "review"],
    (1, "county"): COUNTY,
    (1, "city_approval"): [*COUNTY, "city_approve"],
    (1, "city_meeting"): [*COUNTY, "city_conclude"],
    (1, "city"): ["handle", "review", "city_approve", "city_conclude"],
}
LANE = {
    "handle": "handler",
    "review": "reviewer",
    "endorse": "deputy_director",
    "conclude": "director",
    "city_approve": "city_approver",
    "city_conclude": "city_head",
}
HIGHER = {"county": ["city_approval", "city_meeting"], "city_approval": ["city_meeting"]}


class Unlawful(Exception):  # noqa: N818 - what the walker says, not a fault
    """Some way through the definition is not lawful; says why."""


@dataclass(frozen=True)
class Story:
    """Where the tokens are, as (calls, node, flow come by), and everything that happened, in order."""

    tokens: tuple[tuple[tuple[str, ...], str, str], ...]
    level: int
    route: str
    decision: str
    told: tuple[tuple[str, ...], ...]

    def since_the_change(self) -> list[tuple[str, ...]]:
        """What was told since the form last changed."""
        changes = [place for place, what in enumerate(self.told) if what[0] == "changed"]
        return list(self.told[changes[-1] :])


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
            self._no_loop_without_a_person(diagram)
        self.judging = False
        for level, route in MANDATED:
            self._walk_all(level, route)
        for diagram in self.diagrams.used():
            for node in diagram.nodes:
                if (diagram.process_id, node) not in self.nodes_passed:
                    raise Unlawful(f"{node} is never reached")

    def _walk_all(self, level: int, route: str) -> None:
        (begin,) = [n.id for n in self.diagrams.top.nodes.values() if n.kind == "startEvent"]
        seen: set[object] = set()
        left = [
            Story((((), begin, ""),), level, route, "", (("changed", "whole"),)),
            Story((((), begin, ""),), level, route, "return", (("changed", "lacking"),)),
        ]
        while left:
            story = left.pop()
            posted = sum(what == ("posted",) for what in story.told)
            ended = tuple(sorted({what for what in story.told if what[0] == "ended"}))
            key = (
                story.tokens,
                story.level,
                story.route,
                story.decision,
                tuple(story.since_the_change()),
                posted,
                ended,
            )
            if key in seen:
                continue
            seen.add(key)
            if not story.tokens:
                self._judge_end(story)
                continue
            nexts = [after for token in story.tokens for after in self._step(story, token)]
            if not nexts and self.judging:
                raise Unlawful("a case gets stuck")
            left.extend(after for after in nexts if self._holds(after))

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
        else:
            onward = [self._landing(calls, diagram, f) for f in diagram.leaving(name)]
            posts = node.kind == "serviceTask"
            yield self._moved(story, [*rest, *onward], told=("posted",) if posts else None)

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
            self._judge(story)
        except Unlawful:
            if self.judging:
                raise
            return False
        return True

    def _judge(self, story: Story) -> None:
        last = story.told[-1]
        if last[0] == "changed" and ("posted",) in story.told:
            raise Unlawful("changes what it has posted")
        signed = [what for what in story.since_the_change() if what[0] == "signed"]
        if last[0] == "signed":
            if [what[1] for what in signed].count(last[1]) > 1:
                raise Unlawful(f"{last[1]} is signed twice over one form")
            if story.level == 3 and last[1] != "handle":
                raise Unlawful(f"level 3 has the extra step {last[1]}")
        if last == ("posted",):
            self._judge_posting(story, signed)

    def _judge_posting(self, story: Story, signed: list[tuple[str, ...]]) -> None:
        mandated = MANDATED[story.level, story.route]
        if story.since_the_change()[0] != ("changed", "whole"):
            raise Unlawful("posts without its materials")
        if sum(what == ("posted",) for what in story.told) > 1:
            raise Unlawful("posts twice")
        if any(what[2] not in ("approve", "escalate") for what in signed):
            raise Unlawful("posts what somebody sent back or refused")
        theirs = [what for what in signed if what[1] in mandated]
        if [what[1] for what in theirs] != mandated:
            raise Unlawful(f"posts on {[what[1] for what in theirs]}, needs {mandated}")
        if any(LANE[what[1]] != what[3] for what in theirs):
            raise Unlawful("a mandated step stands in another post's lane")

    def _judge_end(self, story: Story) -> None:
        if not self.judging:
            return
        ends = {what[1] for what in story.told if what[0] == "ended"}
        posted = ("posted",) in story.told
        if len(ends) != 1 or posted != (ends == {"completed"}):
            raise Unlawful(f"ends as {sorted(ends)}, posted: {posted}")

    def _no_loop_without_a_person(self, diagram: Diagram) -> None:
        for name in diagram.nodes:
            left, passed = [name], set[str]()
            while left:
                here = left.pop()
                if not self._without_a_person(diagram, here):
                    continue
                for flow in diagram.leaving(here):
                    if flow.target == name and self._without_a_person(diagram, name):
                        raise Unlawful(f"{name} is in a loop that needs nobody")
                    if flow.target not in passed:
                        passed.add(flow.target)
                        left.append(flow.target)

    def _without_a_person(self, diagram: Diagram, name: str) -> bool:
        node = diagram.nodes[name]
        if node.calls is None:
            return node.kind != "userTask"
        called = self.diagrams.all[node.calls]
        (begin,) = [n.id for n in called.nodes.values() if n.kind == "startEvent"]
        left, passed = [begin], {begin}
        while left:
            here = left.pop()
            if called.nodes[here].kind == "endEvent":
                return True
            if self._without_a_person(called, here):
                fresh = {flow.target for flow in called.leaving(here)} - passed
                passed |= fresh
                left.extend(fresh)
        return False
