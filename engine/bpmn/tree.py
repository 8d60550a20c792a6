"""SpiffWorkflow's task trees as we keep them: numbered, without its loop, small to store and regrow.

Its engine loop walks the whole tree after every step and gathers what to log; here a task that
becomes ready notes itself. The outcome is the same (``tests/unit/test_bpmn_against_stock.py``).
"""
# ruff: noqa: SLF001 - SpiffWorkflow's private names are the protocol between its tasks and its specs

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.defaults import EndEvent, IntermediateCatchEvent, ServiceTask
from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow, BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.specs.Join import Join
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from database.refusals import InvariantBroken
from engine.bpmn import position
from engine.bpmn.position import Place, Row
from engine.defining import conditions
from engine.defining.conditions import Fact

_STATES = {
    TaskState.READY: position.READY,
    TaskState.WAITING: position.WAITING,
    TaskState.STARTED: position.CALLING,
    TaskState.COMPLETED: position.DONE,
    TaskState.CANCELLED: position.DROPPED,
}
_SPIFF_STATES = {ours: theirs for theirs, ours in _STATES.items()}
_LIVE = TaskState.READY | TaskState.WAITING | TaskState.STARTED
_ROOT = -1  # number of a start that is planted only so that what is regrown has something above it


class Operation(ServiceTask):  # type: ignore[misc]
    """A service task; whoever runs the case has carried out its ``operation`` before Spiff runs it."""

    operation = ""

    def _run_hook(self, my_task: Task) -> bool:
        del my_task
        return True


class FirstDecides(ServiceTask):  # type: ignore[misc]
    """An event-based gateway: all events behind it are waited for, and the first drops the others."""

    def _predict_hook(self, my_task: Task) -> None:
        # Foreseen as certain, a loop through here would be foreseen for ever.
        my_task._sync_children(self.outputs, TaskState.MAYBE)

    def _run_hook(self, my_task: Task) -> bool:
        my_task._sync_children(self.outputs, TaskState.FUTURE)
        for child in my_task.children:
            child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
        return True


class _Visit(Task):  # type: ignore[misc]
    """A task of the tree: one visit of a node, numbered within its case."""

    def __init__(
        self,
        workflow: "_Process",
        spec: TaskSpec,
        parent: Task | None,
        state: int,
        number: int | None = None,
    ) -> None:
        super().__init__(
            workflow, spec, parent, state, number or workflow.top_workflow.next_number()
        )

    def _add_child(self, task_spec: TaskSpec, state: int = TaskState.MAYBE) -> Task:
        return _Visit(self.workflow, task_spec, self, state)

    def _set_state(self, value: int) -> None:
        self._state = value
        if value == TaskState.READY:
            self.workflow.top_workflow.ready.append(self)


class _Process(BpmnBaseWorkflow):  # type: ignore[misc]
    """A running process that looks, when a task completes, only at the joins that wait for it."""

    def begin(self) -> None:
        """Stand at the start."""
        self.task_tree = _Visit(self, self.spec.start, None, TaskState.FUTURE)
        self.spec.start._predict(self.task_tree, mask=TaskState.NOT_FINISHED_MASK)
        self.task_tree._ready()

    def plant(self, rows: Sequence[Row]) -> dict[int, Task]:
        """Regrow the tree from checked rows; answers the tasks by number."""
        root = None
        if rows[0].node != self.spec.start.name:
            root = _Visit(self, self.spec.start, None, TaskState.COMPLETED, _ROOT)
        grown: list[Task] = []
        for row in rows:
            above = root if row.above < 0 else grown[row.above]
            spec = self.spec.task_specs[row.node]
            grown.append(_Visit(self, spec, above, _SPIFF_STATES[row.state], row.token))
        self.task_tree = root or grown[0]
        for task in grown:
            if task._state & _LIVE:
                task.task_spec._predict(task, mask=TaskState.NOT_FINISHED_MASK)
            if task._state == TaskState.READY:
                self.top_workflow.ready.append(task)
        return {task.id: task for task in grown}

    def rows(self) -> list[Row]:
        """What must be kept: from where the live visits part onward, without what is only foreseen.

        What lies before that point no longer matters: no join is part of a loop.
        """
        lines = [_line(task) for task in self.tasks.values() if task._state & _LIVE]
        shared = [visits[0] for visits in zip(*lines, strict=False) if len(set(visits)) == 1]
        if shared[-1]._state == TaskState.WAITING and len(shared) > 1:
            shared.pop()  # a join looks at what it was reached from
        rows: list[Row] = []
        left = [(shared[-1], -1)]
        while left:
            task, above = left.pop()
            rows.append(Row(above, task.task_spec.name, _STATES[task._state], task.id))
            place = len(rows) - 1
            left.extend(
                (child, place) for child in reversed(task.children) if child._state in _STATES
            )
        return rows

    def _task_completed_notify(self, task: Task) -> None:
        self.last_task = task
        if task.task_spec.name == "End":
            self.completed = True
            self.completed_event(self)
            return
        for other in list(self.tasks.values()):
            if other._state == TaskState.WAITING and isinstance(other.task_spec, Join):
                other.task_spec._update(other)


def _line(task: Task) -> list[Task]:
    """A task and all it came from, the first of them first; a planted start is no part of it."""
    line: list[Task] = []
    above: Task | None = task
    while above is not None and above.id != _ROOT:
        line.insert(0, above)
        above = above.parent
    return line


class _Called(_Process, BpmnSubWorkflow):  # type: ignore[misc]
    """A called process within a case."""


class Tree(_Process, BpmnWorkflow):  # type: ignore[misc]
    """All running processes of a case. It numbers every visit and knows what is ready to run."""

    def __init__(
        self,
        spec: BpmnProcessSpec,
        called: Mapping[str, BpmnProcessSpec],
        facts: Mapping[str, Fact],
        last_number: int = 0,
    ) -> None:
        self.last_number = last_number
        self.ready: list[Task] = []
        super().__init__(spec, dict(called), script_engine=_NoCode(facts), deserializing=True)

    def next_number(self) -> int:
        """The next visit's number: what waits is known by it."""
        self.last_number += 1
        return self.last_number

    def create_subprocess(self, my_task: Task, spec_name: str) -> _Called:
        """Start a called process; Spiff asks for it."""
        child = self._call(my_task, spec_name)
        child.begin()
        return child

    def plant_all(self, places: Sequence[Place]) -> None:
        """Regrow every running process from checked places, callers first."""
        tasks: dict[int, Task] = {}
        for place in places:
            process: _Process = self
            if place.caller != position.TOP:
                caller = tasks[place.caller]
                process = self._call(caller, place.process)
                process.completed_event.connect(caller.task_spec._on_subworkflow_completed, caller)
            tasks |= process.plant(place.rows)

    def places(self) -> list[Place]:
        """Every running process as it is stored."""
        return [
            Place(process.parent_task_id or position.TOP, process.spec.name, process.rows())
            for process in self._running()
        ]

    def waiting(self) -> list[Task]:
        """Human steps that are ready, messages and timers that are waited for, oldest first."""
        found = [
            task
            for process in self._running()
            for task in process.tasks.values()
            if (task._state == TaskState.READY and task.task_spec.manual)
            or (task._state == TaskState.WAITING and catches(task))
        ]
        return sorted(found, key=lambda task: task.id)

    def finish(self, task: Task) -> None:
        """Finish what was waited for, without running on."""
        if catches(task):
            if isinstance(task.parent.task_spec, FirstDecides):
                for other in task.parent.children:
                    if other is not task:
                        other._set_state(TaskState.CANCELLED)
                        other._drop_children(force=True)
            task.internal_data["event_fired"] = True
            task.task_spec._update(task)
        else:
            task.run()

    def next_ready(self) -> Task | None:
        """The next task the engine can run by itself."""
        while self.ready:
            task = self.ready[0]
            if task._state == TaskState.READY and not task.task_spec.manual:
                return task
            del self.ready[0]
        return None

    def reached_end(self) -> str:
        """The end event that completed the case."""
        ends = {
            str(task.task_spec.bpmn_id)
            for task in self.tasks.values()
            if task._state == TaskState.COMPLETED and isinstance(task.task_spec, EndEvent)
        }
        if len(ends) != 1:
            raise InvariantBroken(f"the diagram reached not one end but {sorted(ends)}")
        return ends.pop()

    def _call(self, caller: Task, process: str) -> _Called:
        child = _Called(self.subprocess_specs[process], caller.id, self, deserializing=True)
        self.subprocesses[caller.id] = child
        return child

    def _running(self) -> Iterator[_Process]:
        """The processes that haven't completed, callers first."""
        for process in (self, *self.subprocesses.values()):
            if not process.completed:
                yield process


def catches(task: Task) -> bool:
    """Whether a task waits for a message or a timer."""
    return isinstance(task.task_spec, IntermediateCatchEvent)


class _NoCode:
    """Stands where SpiffWorkflow keeps its Python: compares facts, executes nothing."""

    def __init__(self, facts: Mapping[str, Fact]) -> None:
        self._facts = facts

    def evaluate(self, task: Task, expression: str, external_context: Any = None) -> bool:
        """Whether a condition holds of the case's facts."""
        del task, external_context
        return conditions.parse(expression).holds(self._facts)

    def execute(self, *_: Any, **__: Any) -> None:
        """Refuse: no admitted element asks for this."""
        raise InvariantBroken("a diagram asked to execute code")

    call_service = execute
