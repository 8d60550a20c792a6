"""What a folder declares of the outside: messages and deadlines; what doesn't fit is refused."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from engine.defining import diagrams, loading
from engine.defining.diagrams import DiagramRefused
from engine.defining.located import DefinitionRefused
from engine.timing import deadlines
from tests.bpmn_diagrams import diagram, node

PROCESSES = Path(__file__).parents[2] / "processes"
CODE = "early_retirement_approval"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of a process that waits for messages and a timer."""
    return shutil.copytree(PROCESSES / CODE, tmp_path / CODE)


def refused(folder: Path, file: str, old: str, new: str, reason: str) -> None:
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), "utf-8")
    with pytest.raises(DefinitionRefused) as caught:
        loading.load(folder, PROCESSES / "_shared")
    assert reason in str(caught.value)


def test_what_it_declares_is_known_to_the_proof() -> None:
    loaded = loading.load(PROCESSES / CODE, PROCESSES / "_shared")

    assert set(loaded.messages) == {"objection", "hr_decision", "hr_refusal"}
    assert loaded.model.diagrams.carrying == frozenset(loaded.messages)
    assert loaded.needed_messages() == {"hr_decision"}
    assert loaded.model.timers == set(loaded.guide.deadlines) == {"publicity"}


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("process.bpmn", ">publicity<", ">patience<", "patience: is no deadline of guide.yaml"),
        ("process.bpmn", ">publicity<", ">P5D<", "names a deadline of the guide"),
        ("process.bpmn", ">publicity<", ">now() + 5<", "names a deadline of the guide"),
        ("process.bpmn", "timeDuration", "timeDate", "timeDate is not admitted"),
        ("process.bpmn", "timeDuration", "timeCycle", "timeCycle is not admitted"),
        ("guide.yaml", "unit: working_days\n    basis: {title: 特殊", "unit: days\n    basis: {title: 特殊",
         "deadlines.publicity.unit"),
        ("guide.yaml", "days: 5", "days: 0", "deadlines.publicity.days"),
        ("messages.py", "class HrRefusal", "class HrVerdict", "message that the diagram never awaits"),
        ("messages.py", '("hr_decision",)', '("archive",)', "can't be required of the applicant"),
        ("messages.py", '("hr_decision",)', '("nothing",)', "is no material"),
        ("messages.py", 'NAMES = Names("人社行政部门审批决定", "Decision of the department")', "",
         "declares NAMES"),
        ("messages.py", 'text("决定日期", "Decided on")', "process.Field()", "has no titles"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(
    folder: Path, file: str, old: str, new: str, reason: str
) -> None:
    refused(folder, file, old, new, reason)


def test_the_first_of_several_events_is_waited_for_at_a_gateway_of_events() -> None:
    flows = [
        ("begin", "first", None),
        ("first", "letter", None),
        ("first", "look", None),
        ("letter", "completed", None),
        ("look", "completed", None),
    ]
    nodes = [
        node("startEvent", "begin"),
        node("eventBasedGateway", "first"),
        node("intermediateCatchEvent", "letter", message="letter"),
        node("userTask", "look"),
        node("endEvent", "completed"),
    ]
    with pytest.raises(DiagramRefused, match="leads to what is no event"):
        diagrams.read({"p.bpmn": diagram("p", nodes, flows)})
    alone = [flow for flow in flows if "look" not in flow]
    with pytest.raises(DiagramRefused, match="has nothing to choose"):
        diagrams.read({"p.bpmn": diagram("p", [n for n in nodes if n[1] != "look"], alone)})


@pytest.mark.parametrize(
    ("begun", "days", "unit", "last"),
    [
        # The day it begins on isn't counted; 23:59 in Shanghai is still that day.
        (datetime(2026, 11, 2, 2, tzinfo=UTC), 5, "working_days", date(2026, 11, 9)),
        (datetime(2026, 11, 2, 15, 59, tzinfo=UTC), 5, "calendar_days", date(2026, 11, 7)),
        (datetime(2026, 11, 2, 16, 0, tzinfo=UTC), 5, "calendar_days", date(2026, 11, 8)),
        # National Day off, Saturday the 10th worked.
        (datetime(2026, 9, 30, 2, tzinfo=UTC), 3, "working_days", date(2026, 10, 10)),
    ],
)
def test_a_deadline_ends_when_its_last_day_is_over(
    begun: datetime, days: int, unit: str, last: date
) -> None:
    found = deadlines.awaited(begun, days, unit)

    assert found.due_on == last
    assert deadlines.over_at(last).isoformat().endswith("T16:00:00+00:00")
    assert found.derivation["days"] == days
    assert found.derivation["unit"] == unit
