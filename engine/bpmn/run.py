"""One case's run through its diagram, remembered: where each move leads is worked out once a definition.

A move is a pure function of the definition, the stored position and the facts: the same forms walk the same
few ways all day. So each is made once on SpiffWorkflow (``engine.bpmn.walk``), from the stored bytes to the
stored bytes, and then known. Nothing is remembered of a case but where it stood.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar, cast

import orjson

from engine.bpmn import position, walk
from engine.bpmn.model import Model
from engine.bpmn.walk import Waiting, Walk
from engine.defining.conditions import Fact

# Facts with many values (amounts) may make many positions: then it begins anew.
REMEMBERED = 8192
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Rest:
    """A position at rest: what it waits for, and its end if it has one."""

    waiting: tuple[Waiting, ...]
    ended: str | None


class Run:
    """Where one case stands in its diagram. Made by ``start`` and ``restore``."""

    def __init__(self, model: Model, blob: bytes) -> None:
        self.model = model
        self._blob = blob

    @property
    def waiting(self) -> list[Waiting]:
        """The human steps, messages and timers the case waits for now, oldest first."""
        return list(self._rest().waiting)

    @property
    def ended(self) -> str | None:
        """The end event reached, ``completed`` or ``refused``; None while the case is open."""
        return self._rest().ended

    def complete(self, token: str, facts: Mapping[str, Fact]) -> None:
        """Finish what the case waits for, with these facts from now on; ``advance`` runs on."""
        position.check_facts(facts, self.model.known_facts)

        def finish() -> bytes:
            at = walk.restore(self.model, self._blob)
            at.complete(token, facts)
            return at.dump()

        self._blob = _known(self.model, (self._blob, token, _said(self.model, facts)), finish)

    def advance(self, perform: Callable[[str], None]) -> None:
        """Run until the case waits or has ended; ``perform`` carries out each operation reached."""

        def go_on() -> tuple[tuple[str, ...], bytes]:
            at = walk.restore(self.model, self._blob)
            operations = tuple(at.advance())
            return operations, at.dump()

        operations, after = _known(self.model, ("advance", self._blob), go_on)
        for operation in operations:
            perform(operation)
        self._blob = after

    def dump(self) -> bytes:
        """The case's place as compact bytes, for ``restore``."""
        return self._blob

    def _rest(self) -> _Rest:
        return _rest(self.model, self._blob)


def start(model: Model, facts: Mapping[str, Fact]) -> Run:
    """A case at the start of its diagram; ``advance`` takes the first steps."""
    position.check_facts(facts, model.known_facts)
    said = _said(model, facts)
    return Run(model, _known(model, ("start", said), lambda: walk.start(model, facts).dump()))


def restore(model: Model, blob: bytes) -> Run:
    """The run that ``dump`` wrote. Raises StateRefused for anything else."""
    _rest(model, blob)
    return Run(model, blob)


def _rest(model: Model, blob: bytes) -> _Rest:
    def look() -> _Rest:
        at: Walk = walk.restore(model, blob)
        return _Rest(tuple(at.waiting), at.ended)

    return _known(model, ("rest", blob), look)


def _said(model: Model, facts: Mapping[str, Fact]) -> bytes:
    """The facts that conditions read, as bytes: a number, its digits and a truth are three things."""
    read = {name: fact for name, fact in facts.items() if name in model.facts}
    return orjson.dumps(read, option=orjson.OPT_SORT_KEYS)


def _known(model: Model, move: tuple[object, ...], make: Callable[[], T]) -> T:
    found = model.remembered.get(move)
    if found is None:
        if len(model.remembered) >= REMEMBERED:
            model.remembered.clear()
        found = model.remembered[move] = make()
    return cast("T", found)
