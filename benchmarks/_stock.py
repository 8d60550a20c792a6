"""The same diagrams on SpiffWorkflow as it comes, with its official serializer: what others would write."""

from typing import Any

from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.default.task_spec import BpmnTaskSpecConverter
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from tests import bpmn_diagrams
from tests.stock_bpmn import Stock, _Conditions, _Operation

STEPS = ("handle", "review", "endorse", "conclude")
FACTS = {"risk_level": "1", "route": "county", "decision": ""}


class _Operations(BpmnTaskSpecConverter):  # type: ignore[misc]
    """The official serializer doesn't know the service task of these diagrams: it has nothing of its own."""

    def to_dict(self, spec: Any) -> Any:
        return self.get_default_attributes(spec)

    def from_dict(self, dct: Any) -> Any:
        return self.task_spec_from_dict(dct)


class StockCases:
    """Level-1 county cases on stock SpiffWorkflow, kept as the official JSON between steps."""

    def __init__(self) -> None:
        config = {**DEFAULT_CONFIG, _Operation: _Operations}
        self._serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(config))
        self._first = Stock(bpmn_diagrams.files(), "demo", FACTS)

    def begin(self) -> str:
        """A new case up to its first waiting step, as JSON."""
        engine = _Conditions()
        engine.facts.update(FACTS)
        spec, called = self._first.workflow.spec, self._first.workflow.subprocess_specs
        case = BpmnWorkflow(spec, dict(called), script_engine=engine)
        case.do_engine_steps()
        return str(self._serializer.serialize_json(case))

    def approve(self, kept: str, step: str) -> str:
        """Restore a case, approve its waiting step, run on, and answer it as JSON again."""
        case = self._serializer.deserialize_json(kept)
        engine = _Conditions()
        engine.facts.update(FACTS, decision="approve")
        case.script_engine = engine
        (task,) = (t for t in case.get_tasks(state=TaskState.READY) if t.task_spec.manual)
        assert task.task_spec.bpmn_id == step
        task.run()
        case.do_engine_steps()
        assert case.is_completed() == (step == STEPS[-1])
        return str(self._serializer.serialize_json(case))
