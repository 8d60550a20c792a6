"""The level-1 case on django-viewflow: its process and task rows, a transaction a step, nothing of ours.

Flattened, since the open edition calls no other process: handle, review, endorse and conclude, a gateway
after each that goes on or back, then the function that would post, and the end.
"""

from types import SimpleNamespace
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from viewflow import this
from viewflow.workflow import flow
from viewflow.workflow.models import Process, Task
from viewflow.workflow.status import PROCESS, STATUS

from benchmarks._office import level_1

STEPS = ("handle", "review", "endorse", "conclude")
# A start, four steps with their gateways, the function and the end.
TASK_ROWS = 11


def _approved(activation: Any) -> bool:
    return bool(activation.process.data.get("decision") == "approve")


class Level1(flow.Flow):  # type: ignore[misc]
    """Four people in turn; whoever does not approve sends it back to the first."""

    process_class = Process

    start = flow.StartHandle(this.begin).Next(this.handle)
    handle = flow.View(None).Next(this.handled)
    handled = flow.If(_approved).Then(this.review).Else(this.handle)
    review = flow.View(None).Next(this.reviewed)
    reviewed = flow.If(_approved).Then(this.endorse).Else(this.handle)
    endorse = flow.View(None).Next(this.endorsed)
    endorsed = flow.If(_approved).Then(this.conclude).Else(this.handle)
    conclude = flow.View(None).Next(this.concluded)
    concluded = flow.If(_approved).Then(this.post).Else(this.handle)
    post = flow.Function(this.posted).Next(this.end)
    end = flow.End()

    def begin(self, activation: Any, form: dict[str, Any]) -> Any:
        """Keep what was applied for."""
        activation.process.data = {"form": form}
        return activation.process

    def posted(self, activation: Any) -> None:
        """Where an application of its own would post."""


class ViewflowCases:
    """Cases on the database that Django is pointed at."""

    def __init__(self) -> None:
        self._people = {step: User.objects.create(username=step) for step in STEPS}

    def case(self) -> None:
        """One case to its end: the first step with the acceptance, as ours."""
        with transaction.atomic():
            process = Level1.start.run(form=level_1({})["form"])
            self._sign(process, "handle")
        for step in STEPS[1:]:
            with transaction.atomic():
                self._sign(Process.objects.get(pk=process.pk), step)
        process.refresh_from_db()
        assert process.status == PROCESS.DONE
        assert Task.objects.filter(process=process, status=STATUS.DONE).count() == TASK_ROWS

    def _sign(self, process: Any, step: str) -> None:
        person = self._people[step]
        task = process.task_set.get(flow_task=getattr(Level1, step), status=STATUS.NEW)
        with task.activation() as activation:
            activation.process.data["decision"] = "approve"
            activation.process.save()
            activation.assign(person)
            activation.start(SimpleNamespace(user=person))
            activation.execute()
