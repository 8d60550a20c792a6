"""Diagrams drawn by chance, of blocks within blocks: whatever the gate admits may appear."""

from typing import Any

from hypothesis import strategies as st

from tests.bpmn_diagrams import Flow, Node, diagram, node

DECISIONS = ("approve", "return", "refuse")
ROUTES = ("county", "city")


class Drawing:
    """A process and all it calls, in ``files``; the first is the top."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data
        self.count = 0
        self.parts: dict[str, tuple[list[Node], list[Flow]]] = {}
        self.files: dict[str, bytes] = {}
        self.draw_process("top")

    def pick(self, *choices: str) -> str:
        """One of these by chance."""
        return self.data.draw(st.sampled_from(choices))

    def name(self, kind: str) -> str:
        """A fresh id."""
        self.count += 1
        return f"{kind}_{self.count}"

    def draw_process(self, process: str) -> None:
        """Draw one file."""
        nodes: list[Node] = []
        flows: list[Flow] = []
        self.parts[process] = nodes, flows
        self.files[process] = b""  # the top stays first
        begin = self.add(process, "startEvent")
        last = self.block(process, begin, depth=0, looped=process != "top" and self.count > 60)
        if process == "top" and self.pick("plain", "choice") == "choice":
            gateway = self.add(process, "exclusiveGateway", after=last)
            nodes += [node("endEvent", "refused"), node("endEvent", "completed")]
            flows += [(gateway, "refused", 'decision == "refuse"'), (gateway, "completed", None)]
        else:
            end = "completed" if process == "top" else self.name("end")
            nodes.append(node("endEvent", end))
            flows.append((last, end, None))
        self.files[process] = diagram(process, nodes, flows)

    def add(
        self, process: str, kind: str, *, after: str = "", when: str | None = None, **more: str
    ) -> str:
        """Draw a node, behind another if there is one."""
        nodes, flows = self.parts[process]
        identifier = self.name({"userTask": "step"}.get(kind, kind.lower()))
        if kind == "intermediateCatchEvent" and "timer" not in more:
            more["message"] = f"message_{self.count}"
        nodes.append(node(kind, identifier, **more))
        if after:
            flows.append((after, identifier, when))
        return identifier

    def block(self, process: str, after: str, *, depth: int, looped: bool) -> str:
        """Draw a block behind a node and answer its last node."""
        simple = ("step", "step", "message", "timer", "operation")
        nests = ("row", "row", "choice", "loop", "call", "first")
        nested = () if depth >= 3 or self.count > 60 else nests
        apart = () if looped or not nested else ("parallel",)
        chosen = self.pick(*simple, *nested, *apart)
        last: str = getattr(self, f"_{chosen}")(process, after, depth + 1, looped)
        return last

    def _step(self, process: str, after: str, *_: Any) -> str:
        return self.add(process, "userTask", after=after)

    def _message(self, process: str, after: str, *_: Any) -> str:
        return self.add(process, "intermediateCatchEvent", after=after)

    def _timer(self, process: str, after: str, *_: Any) -> str:
        return self._event(process, after, "timer")

    def _event(self, process: str, after: str, kind: str) -> str:
        named = {kind: f"{kind}_{self.count + 1}"}
        return self.add(process, "intermediateCatchEvent", after=after, **named)

    def _first(self, process: str, after: str, depth: int, looped: bool) -> str:
        """Two or three events, of which the first decides."""
        flows = self.parts[process][1]
        gateway = self.add(process, "eventBasedGateway", after=after)
        join = self.add(process, "exclusiveGateway")
        for kind in ("message", "timer", "message")[: self.data.draw(st.integers(2, 3))]:
            event = self._event(process, gateway, kind)
            last = event
            if self.data.draw(st.booleans()):
                last = self.block(process, event, depth=depth, looped=looped)
            flows.append((last, join, None))
        return join

    def _operation(self, process: str, after: str, *_: Any) -> str:
        return self.add(process, "serviceTask", after=after, implementation="post")

    def _row(self, process: str, after: str, depth: int, looped: bool) -> str:
        first = self.block(process, after, depth=depth, looped=looped)
        return self.block(process, first, depth=depth, looped=looped)

    def _call(self, process: str, after: str, *_: Any) -> str:
        called = self.name("called")
        self.draw_process(called)
        return self.add(process, "callActivity", after=after, calledElement=called)

    def _choice(self, process: str, after: str, depth: int, looped: bool) -> str:
        flows = self.parts[process][1]
        split = self.add(process, "exclusiveGateway", after=after)
        join = self.add(process, "exclusiveGateway")
        whens = [f'decision == "{self.pick(*DECISIONS)}"', f'route != "{self.pick(*ROUTES)}"']
        for when in whens[: self.data.draw(st.integers(1, 2))]:
            way = self.add(process, "userTask", after=split, when=when)
            flows.append((self.block(process, way, depth=depth, looped=looped), join, None))
        flows.append((split, join, None))
        return join

    def _loop(self, process: str, after: str, depth: int, looped: bool) -> str:
        del looped
        flows = self.parts[process][1]
        top = self.add(process, "exclusiveGateway", after=after)
        step = self.add(process, "userTask", after=top)
        last = self.block(process, step, depth=depth, looped=True)
        again = self.add(process, "exclusiveGateway", after=last)
        flows.append((again, top, 'decision == "return"'))
        out = self.add(process, "exclusiveGateway")
        flows.append((again, out, None))
        return out

    def _parallel(self, process: str, after: str, depth: int, looped: bool) -> str:
        flows = self.parts[process][1]
        split = self.add(process, "parallelGateway", after=after)
        join = self.add(process, "parallelGateway")
        for _ in range(self.data.draw(st.integers(2, 3))):
            flows.append((self.block(process, split, depth=depth, looped=looped), join, None))
        return join
