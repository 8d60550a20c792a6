"""Every way through a definition, as the engine runs it: each stored and restored on the way."""

from collections.abc import Iterator

from engine import bpmn


class Walk:
    """One way through a diagram: what was signed since the last correction, and how it ended."""

    def __init__(self, route: str) -> None:
        self.route = route
        self.signed: list[str] = []
        self.returns = 1
        self.posted = 0
        self.ended: str | None = None

    def copy(self) -> "Walk":
        """The same way, to be walked on differently."""
        other = Walk(self.route)
        other.__dict__.update(self.__dict__, signed=list(self.signed))
        return other


def walks(model: bpmn.Model, level: int, route: str) -> Iterator[Walk]:
    """Every way from the start to an end with at most one return, each stored and restored on the way."""
    for decision in ("", "return"):
        run = bpmn.start(model, {"risk_level": str(level), "route": route, "decision": decision})
        yield from _on(model, run, level, Walk(route))


def _on(model: bpmn.Model, run: bpmn.Run, level: int, walk: Walk) -> Iterator[Walk]:
    def perform(operation: str) -> None:
        assert operation == "post"
        walk.posted += 1

    run.advance(perform)
    if run.ended is not None:
        walk.ended = run.ended
        yield walk
        return
    state = run.dump()
    if run.waiting[0].kind != "task":
        yield from _outside(model, run, level, walk)
        return
    (waiting,) = run.waiting
    for decision in _decisions(waiting.name, walk):
        further = walk.copy()
        if decision in {"approve", "escalate"}:
            further.signed.append(waiting.name)
        elif decision == "correct":
            further.signed = []
        elif decision == "return":
            further.returns -= 1
        if decision == "escalate":
            further.route = "city_approval"
        restored = bpmn.restore(model, state)
        facts: dict[str, str | int | bool] = {
            "risk_level": str(level),
            "route": further.route,
            "decision": decision,
        }
        restored.complete(waiting.token, facts)
        yield from _on(model, restored, level, further)


def _outside(model: bpmn.Model, run: bpmn.Run, level: int, walk: Walk) -> Iterator[Walk]:
    """Each message and timer that is awaited comes first once; data voids what was signed before it."""
    state = run.dump()
    for waiting in run.waiting:
        assert waiting.kind in {"message", "timer"}
        further = walk.copy()
        if waiting.name in (model.diagrams.carrying or ()):
            further.signed = []
        restored = bpmn.restore(model, state)
        restored.complete(waiting.token, {})
        yield from _on(model, restored, level, further)


def _decisions(step: str, walk: Walk) -> list[str]:
    if step == "correct":
        return ["correct"]
    decisions = ["approve", "refuse"]
    if walk.returns:
        decisions.append("return")
    if step == "conclude" and walk.route == "county":
        decisions.append("escalate")
    return decisions
