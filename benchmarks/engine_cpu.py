"""Engine CPU of a level-1 case, saved and restored between its steps: ours against stock SpiffWorkflow.

One unit of work is: begin, then handle, review, endorse and conclude approved, each after a restore and
before a save. Ours is ``engine.bpmn`` with its compact state, once as cases run (moves that any case made
before are remembered) and once with nothing remembered; theirs is SpiffWorkflow's own loop with its
official serializer. Neither touches a database.
"""

from benchmarks._office import compared, median, say
from benchmarks._stock import FACTS, STEPS, StockCases
from engine import bpmn
from tests import bpmn_diagrams


def main() -> None:
    """Measure in turns and print the ratio."""
    model = bpmn.compile_model(bpmn_diagrams.files())
    stock = StockCases()

    def ours() -> None:
        posted: list[str] = []
        run = bpmn.start(model, FACTS)
        run.advance(posted.append)
        for step in STEPS:
            run = bpmn.restore(model, run.dump())
            (waiting,) = run.waiting
            assert waiting.name == step
            run.complete(waiting.token, {"decision": "approve"})
            run.advance(posted.append)
        assert (run.ended, posted) == ("completed", ["post"])

    def theirs() -> None:
        kept = stock.begin()
        for step in STEPS:
            kept = stock.approve(kept, step)

    def anew() -> None:
        model.remembered.clear()
        ours()

    for named, act, count in (("remembered", ours, 2000), ("nothing remembered", anew, 60)):
        mine, others = compared(act, theirs, rounds=7, counts=(count, 12))
        ratio = median(others, "cpu") / median(mine, "cpu")
        more = f"{median(mine, 'cpu') * 1e3:.3f} ms against {median(others, 'cpu') * 1e3:.2f} ms"
        say(f"engine CPU of a level-1 case, {named}, times less than stock", ratio, 4, 6, more)


if __name__ == "__main__":
    main()
