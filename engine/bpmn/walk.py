"""One case's walk through its diagram on SpiffWorkflow: what it waits for, how it moves, how it is stored."""

from collections.abc import Mapping
from dataclasses import dataclass

from database.refusals import InvariantBroken
from engine.bpmn import position
from engine.bpmn.model import TIMER, Model
from engine.bpmn.position import Position
from engine.bpmn.tree import Operation, Tree, catches
from engine.defining.conditions import Fact


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a case waits for: a human ``task``, a ``message`` or a ``timer``; ``token`` stays the same."""

    kind: str
    token: str
    name: str
    lane: str | None


class Walk:
    """Where one case stands in its diagram. Made by ``start`` and ``restore``.

    ``ended`` is the end event reached, ``completed`` or ``refused``; None while the case is open.
    """

    def __init__(self, model: Model, facts: Mapping[str, Fact], last_number: int = 0) -> None:
        self.model = model
        self.ended: str | None = None
        self.facts: dict[str, Fact] = {}
        self.set_facts(facts)
        self.tree = Tree(model.spec, model.called, self.facts, last_number)

    @property
    def waiting(self) -> list[Waiting]:
        """The human steps, messages and timers the case waits for now, oldest first."""
        found = []
        for task in self.tree.waiting() if self.ended is None else ():
            spec = task.task_spec
            if catches(task):
                name = str(spec.event_definition.name)
                kind = "timer" if name.startswith(TIMER) else "message"
                found.append(Waiting(kind, str(task.id), name.removeprefix(TIMER), None))
            else:
                found.append(Waiting("task", str(task.id), spec.bpmn_id, spec.lane))
        return found

    def set_facts(self, facts: Mapping[str, Fact]) -> None:
        """From now on these hold. Kept are only those that conditions read."""
        position.check_facts(facts, self.model.known_facts)
        self.facts.update({name: fact for name, fact in facts.items() if name in self.model.facts})

    def complete(self, token: str, facts: Mapping[str, Fact]) -> None:
        """Finish what the case waits for, with these facts from now on; ``advance`` runs on."""
        task = next((task for task in self.tree.waiting() if str(task.id) == token), None)
        if task is None or self.ended is not None:
            raise InvariantBroken(f"the case does not wait for {token}")
        self.set_facts(facts)
        self.tree.finish(task)

    def advance(self) -> list[str]:
        """Go on until the case waits or has ended; the operations reached on the way, in order."""
        operations: list[str] = []
        while (task := self.tree.next_ready()) is not None:
            if isinstance(task.task_spec, Operation):
                operations.append(task.task_spec.operation)
            task.run()
        if self.tree.completed and self.ended is None:
            self.ended = self.tree.reached_end()
        return operations

    def dump(self) -> bytes:
        """The case's place as compact bytes, for ``restore``."""
        places = self.tree.places() if self.ended is None else []
        return position.encode(Position(self.tree.last_number, self.ended, self.facts, places))


def start(model: Model, facts: Mapping[str, Fact]) -> Walk:
    """A case at the start of its diagram; ``advance`` takes the first steps."""
    walk = Walk(model, facts)
    walk.tree.begin()
    return walk


def restore(model: Model, blob: bytes) -> Walk:
    """The walk that ``dump`` wrote. Raises StateRefused for anything else."""
    stored = position.decode(blob, model.shape)
    walk = Walk(model, stored.facts, stored.last_token)
    walk.ended = stored.ended
    walk.tree.plant_all(stored.places)
    return walk
