"""A case on SpiffWorkflow as it comes, to compare our own run with: its parser, its loop, its tree."""

import io
from collections.abc import Mapping
from typing import Any, ClassVar

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser, full_tag
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs.defaults import (
    EndEvent,
    EventBasedGateway,
    IntermediateCatchEvent,
    ServiceTask,
)
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.defining import conditions
from engine.defining.conditions import Fact


class _Operation(ServiceTask):  # type: ignore[misc]
    def _run_hook(self, my_task: Task) -> bool:
        del my_task
        return True


class _Parser(BpmnParser):  # type: ignore[misc]
    OVERRIDE_PARSER_CLASSES: ClassVar[dict[str, Any]] = {
        full_tag("serviceTask"): (TaskParser, _Operation)
    }


class _Conditions(PythonScriptEngine):  # type: ignore[misc]
    """Stock but for what conditions mean."""

    def __init__(self) -> None:
        super().__init__()
        self.facts: dict[str, Fact] = {}

    def evaluate(self, task: Task, expression: str, external_context: Any = None) -> bool:
        del task, external_context
        return conditions.parse(expression).holds(self.facts)


def _untimed(tree: Any) -> Any:
    """Each timer as a message of its deadline's name: it elapses when we say so, not by the stock's clock."""
    bpmn = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
    for timer in list(tree.iter(f"{bpmn}timerEventDefinition")):
        event, name = timer.getparent(), timer.find(f"{bpmn}timeDuration").text
        event.remove(timer)
        etree.SubElement(event, f"{bpmn}messageEventDefinition", messageRef=f"t_{event.get('id')}")
        tree.getroot().insert(
            0, etree.Element(f"{bpmn}message", id=f"t_{event.get('id')}", name=name)
        )
    return tree


class Stock:
    """A case, all in memory."""

    def __init__(self, contents: Mapping[str, bytes], top: str, facts: Mapping[str, Fact]) -> None:
        parser = _Parser()
        for name, content in contents.items():
            parser.add_bpmn_xml(_untimed(etree.parse(io.BytesIO(content))), filename=name)
        self.engine = _Conditions()
        self.engine.facts.update(facts)
        self.workflow = BpmnWorkflow(
            parser.get_spec(top), parser.get_subprocess_specs(top), script_engine=self.engine
        )
        self.performed: list[str] = []

    def advance(self) -> None:
        """Run until a person or a message is needed."""

        def before(task: Task) -> None:
            if isinstance(task.task_spec, _Operation):
                self.performed.append("post")

        self.workflow.do_engine_steps(will_complete_task=before)

    def tasks(self) -> dict[str, Task]:
        """What is waited for, by name."""
        found = {
            task.task_spec.bpmn_id: task
            for task in self.workflow.get_tasks(state=TaskState.READY)
            if task.task_spec.manual
        }
        for task in self.workflow.get_tasks(state=TaskState.WAITING):
            if isinstance(task.task_spec, IntermediateCatchEvent):
                found[task.task_spec.event_definition.name] = task
            elif isinstance(task.task_spec, EventBasedGateway):
                events = task.task_spec.event_definition.event_definitions
                found |= {event.name: task for event in events}
        return found

    def complete(self, name: str, facts: Mapping[str, Fact]) -> None:
        """Finish what is waited for by this name."""
        self.engine.facts.update(facts)
        task = self.tasks()[name]
        if isinstance(task.task_spec, IntermediateCatchEvent):
            self.workflow.send_event(BpmnEvent(task.task_spec.event_definition, payload={}))
        elif isinstance(task.task_spec, EventBasedGateway):
            events = task.task_spec.event_definition.event_definitions
            (event,) = (event for event in events if event.name == name)
            self.workflow.send_event(BpmnEvent(event, payload={}))
        else:
            task.run()

    def ended(self) -> str | None:
        """The end reached."""
        if not self.workflow.is_completed():
            return None
        (end,) = {
            task.task_spec.bpmn_id
            for task in self.workflow.tasks.values()
            if isinstance(task.task_spec, EndEvent) and task.state == TaskState.COMPLETED
        }
        return str(end)

    def finished(self, name: str) -> bool:
        """Whether a node was visited to its end."""
        visits = [task for task in self.workflow.tasks.values() if task.task_spec.bpmn_id == name]
        return any(task.state == TaskState.COMPLETED for task in visits)
